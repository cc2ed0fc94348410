import { countText } from '../count-text.ts';
import type { Split } from './resolve-split.ts';
import type { RowSplit } from './row-split.ts';

/** A split in one line, without a period: which rows train, which test, and why. */
export function splitText(split: Split | RowSplit): string {
  if ('trainUntil' in split)
    return `trained until ${split.trainUntil}, tested from ${split.testFrom}: ${split.reason}`;
  const { train, validation, test, reason } = split;
  return `${countText(train.rows)} rows train, ${countText(validation.rows)} validate, ${countText(test.rows)} test: ${reason}`;
}
