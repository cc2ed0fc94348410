import { UserError } from 'pm-core';

/** A double as MLflow wants it: NaN and the infinities are strings, since JSON.stringify would make them null. */
export function wireDouble(value: number): number | 'NaN' | 'Infinity' | '-Infinity' {
  if (Number.isFinite(value)) return value;
  if (Number.isNaN(value)) return 'NaN';
  return value > 0 ? 'Infinity' : '-Infinity';
}

/** A record as MLflow's list of key and value. */
export function pairs(record: Readonly<Record<string, string>>): { key: string; value: string }[] {
  return Object.entries(record).map(([key, value]) => ({ key, value }));
}

/** MLflow's list of key and value as a record. */
export function recordOf(
  list: readonly { key?: string; value?: string }[] | undefined,
): Readonly<Record<string, string>> {
  return Object.fromEntries((list ?? []).map(({ key, value }) => [key ?? '', value ?? '']));
}

/** A time or count, undefined where it is absent; MLflow writes a missing time as 0 too. */
export function optionalNumber(value: number | string | undefined): number | undefined {
  return value === undefined || Number(value) === 0 ? undefined : Number(value);
}

/** A filter for one tag's value; key and value may hold any character but the quote of their kind. */
export function taggedWith(key: string, value: string): string {
  return `tags.\`${unquotable(key, '`')}\` = ${quoted(value)}`;
}

/**
 * A string constant of MLflow's filter language, which has no escape for its own quotes.
 * @throws UserError `unsearchable-text` where the text holds both quotes.
 */
export function quoted(text: string): string {
  return text.includes("'") ? `"${unquotable(text, '"')}"` : `'${text}'`;
}

function unquotable(text: string, quote: string): string {
  if (!text.includes(quote)) return text;
  throw new UserError('unsearchable-text', `MLflow's filters cannot hold ${quote}, which stands in: ${text}`);
}
