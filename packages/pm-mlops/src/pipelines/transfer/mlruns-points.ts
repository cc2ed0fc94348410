import { UserError } from 'pm-core';
import type { WirePoint } from './transfer-source.ts';

/**
 * Points of a metric file: lines of `timestamp value [step [run_id [dataset_name dataset_digest]]]`, the last two or three
 * for a logged model only.
 * @throws UserError `broken-mlruns`
 */
export function pointsOfLines(key: string, text: string): WirePoint[] {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => pointOf(key, line.trim().split(' ')));
}

function pointOf(key: string, parts: readonly string[]): WirePoint {
  const [timestamp, value, step = '0', ...link] = parts;
  const run_id = link.length % 2 === 1 ? link[0] : undefined;
  const [dataset_name, dataset_digest] = link.slice(-2).length === 2 ? link.slice(-2) : [];
  if (!/^-?\d+$/.test(timestamp ?? '') || value === undefined || !/^-?\d+$/.test(step)) {
    throw new UserError('broken-mlruns', `metric ${key} has a line that is no point: ${parts.join(' ')}`);
  }
  return {
    key,
    value: doubleOf(key, value),
    timestamp: timestamp!,
    step,
    ...(run_id !== undefined && { run_id }),
    ...(dataset_name !== undefined && { dataset_name, dataset_digest: dataset_digest! }),
  };
}

/** Python writes nan, inf and -inf. */
function doubleOf(key: string, text: string): NonNullable<WirePoint['value']> {
  const special = { nan: 'NaN', inf: 'Infinity', '-inf': '-Infinity' } as const;
  const named = special[text.toLowerCase() as keyof typeof special];
  if (named !== undefined) return named;
  const value = Number(text);
  if (Number.isFinite(value) && text !== '') return value;
  throw new UserError('broken-mlruns', `metric ${key} has a value that is no number: ${text}`);
}
