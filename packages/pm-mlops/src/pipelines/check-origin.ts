import { UserError } from 'pm-core';
import { sourceOrigin } from 'pm-core/ingest';
import { describeOrigin, type Manifest, sameOrigin } from 'pm-core/lake';
import { resolveSource } from './sources/resolve-source.ts';

/** @throws UserError `not-ingested` where a source is named whose rows the lake does not hold. */
export function checkOrigin({ origin, appended }: Manifest, source: string | undefined, cwd: string): void {
  if (source === undefined) return;
  const wanted = sourceOrigin(resolveSource(source, cwd));
  if ([origin, ...appended].some((known) => known !== null && sameOrigin(known, wanted))) return;
  throw new UserError('not-ingested', `The lake holds no rows of ${describeOrigin(wanted)}.`, {
    next: `pm ingest --source ${source}`,
  });
}
