import { z } from 'zod';
import { isEntityKey } from './names.ts';

/** Fields of MLflow's requests. An absent one, null and (where a value is required) '' are alike: missing. */
export const Text = z.string();
export const RequiredText = z.string().min(1);
export const OptionalText = z.string().nullish();

const int64Text = /^-?\d{1,19}$/;

/** An int64 as JSON number or digits: a number, or a bigint where a double would round it. */
export const Int64 = z.union([z.int(), z.string().regex(int64Text)]).transform((value, context) => {
  const number = Number(value);
  if (Number.isSafeInteger(number)) return number;
  const wide = BigInt(value);
  if (BigInt.asIntN(64, wide) !== wide) context.addIssue({ code: 'custom', message: 'not a 64-bit integer' });
  return wide;
});
export type Int64 = z.infer<typeof Int64>;

/** A double as JSON number or text; NaN and the infinities only as text. */
export const Double = z.union([z.number(), z.string()]).transform((value, context) => {
  const number = typeof value === 'string' && value.trim() === '' ? Number.NaN : Number(value);
  if (Number.isNaN(number) && value !== 'NaN') context.addIssue({ code: 'custom', message: 'not a number' });
  return number;
});

/** Key of a metric, param or run tag. */
export const EntityKey = RequiredText.refine(isEntityKey, {
  error: 'letters, digits, space and _ - . : / only, at most 250, and no path that leads elsewhere',
});

/** What is longer than `characters` is cut without a word, as MLflow does. */
export const CutText = (characters: number) => z.string().transform((text) => cut(text, characters));

/** A page's size: 1 to `limit`, `size` where none is asked for. */
export const PageSize = (limit: number, size: number) =>
  z
    .union([z.int(), z.string().regex(/^\d{1,9}$/)])
    .transform(Number)
    .refine((value) => value >= 1 && value <= limit, { error: `It must be between 1 and ${limit}` })
    .nullish()
    .transform((value) => value ?? size);

const pageToken = z.string().nullish();

/** Fields of every paged search. */
export const Paged = (limit: number, size: number) => ({
  max_results: PageSize(limit, size),
  page_token: pageToken,
});

export const ViewType = z
  .enum(['ACTIVE_ONLY', 'DELETED_ONLY', 'ALL'])
  .nullish()
  .transform((view) => view ?? 'ACTIVE_ONLY');

/** Lifecycle stages that a view shows. */
export function stagesOf(view: 'ACTIVE_ONLY' | 'DELETED_ONLY' | 'ALL'): readonly string[] {
  if (view === 'ALL') return ['active', 'deleted'];
  return view === 'ACTIVE_ONLY' ? ['active'] : ['deleted'];
}

/** Lengths count characters, not UTF-16 units, as Python does. */
function cut(text: string, characters: number): string {
  return text.length <= characters ? text : [...text].slice(0, characters).join('');
}
