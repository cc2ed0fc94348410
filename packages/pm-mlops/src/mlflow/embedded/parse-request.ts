import type { z } from 'zod';
import { parseLossless } from '../lossless-json.ts';
import { type Fault, invalid } from './fault.ts';
import { rawJSON } from './json.ts';

/** Query parameters that are lists, of one value too. */
const lists = new Set(['order_by', 'stages', 'experiment_ids', 'run_ids']);

type Input = Record<string, unknown>;

/** A query string as an object. */
export function fromQuery(query: URLSearchParams): Input {
  return Object.fromEntries(
    [...new Set(query.keys())].map((name) => {
      const values = query.getAll(name);
      return [name, lists.has(name) || values.length > 1 ? values : values[0]];
    }),
  );
}

/**
 * A JSON body as an object; {} for none.
 * @throws Fault where the body is not JSON, not an object, or not declared as JSON.
 */
export function fromBody(contentType: string | null, text: string): Input {
  if (!/^\s*application\/json\s*(;|$)/i.test(contentType ?? '')) {
    throw invalid(
      `Bad Request. Content-Type must be one of ['application/json'], not '${contentType ?? ''}'.`,
    );
  }
  if (text === '') return {};
  let body: unknown;
  try {
    body = parseLossless(text);
  } catch (error) {
    throw invalid(`The body is not JSON: ${(error as Error).message}`);
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw invalid('The body must be a JSON object.');
  }
  return body as Input;
}

/**
 * Checks a request. Stricter than MLflow's server in three things, which that one drops in silence: an enum's unknown
 * value, an int64 with a fraction, and a number that is not JSON.
 * @throws Fault in MLflow's words, naming the first parameter at fault and what `body`, the JSON it came in, has there.
 */
export function parseRequest<Request>(schema: z.ZodType<Request>, input: Input, body?: string): Request {
  const renamed = input.run_id === undefined && input.run_uuid !== undefined;
  const result = schema.safeParse(renamed ? { ...input, run_id: input.run_uuid } : input);
  if (result.success) return result.data;
  throw faultOfIssue(result.error.issues[0]!, input, body ? asWritten(body) : input);
}

/** A body whose numbers stand as they were written: 9.0 is not 9. */
function asWritten(body: string): Input {
  const keep = (_key: string, value: unknown, { source }: { source?: string }) =>
    typeof value === 'number' && source !== undefined ? rawJSON(source) : value;
  return JSON.parse(body, keep as (key: string, value: unknown) => unknown) as Input;
}

function faultOfIssue({ path, message, code }: z.core.$ZodIssue, input: Input, written: Input): Fault {
  const name = path.reduce<string>(
    (text, key) => (typeof key === 'number' ? `${text}[${key}]` : `${text}${text && '.'}${String(key)}`),
    '',
  );
  const within = (root: Input) =>
    path.reduce<unknown>((at, key) => (at as Record<PropertyKey, unknown> | undefined)?.[key], root);
  const value = within(input);
  if (value === undefined || value === null || value === '') {
    return invalid(`Missing value for required parameter '${name}'.`);
  }
  const reason =
    code === 'custom' ? `: ${message}` : `: it is a ${Array.isArray(value) ? 'list' : typeof value}`;
  return invalid(
    `Invalid value ${JSON.stringify(within(written) ?? value).slice(0, 500)} for parameter '${name}' supplied${reason}`,
  );
}
