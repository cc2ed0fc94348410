import { resolve } from 'node:path';
import { UserError } from 'pm-core';
import { sourceOrigin } from 'pm-core/ingest';
import { describeOrigin, type Manifest, sameOrigin } from 'pm-core/lake';

/** @throws UserError `not-ingested` where a source is named whose rows the lake does not hold. */
export function checkOrigin({ origin, appended }: Manifest, source: string | undefined, cwd: string): void {
  if (source === undefined) return;
  const wanted = sourceOrigin(/^https?:\/\//i.test(source) ? source : resolve(cwd, source));
  if ([origin, ...appended].some((known) => known !== null && sameOrigin(known, wanted))) return;
  throw new UserError('not-ingested', `The lake holds no rows of ${describeOrigin(wanted)}.`, {
    next: `pm ingest --source ${source}`,
  });
}
