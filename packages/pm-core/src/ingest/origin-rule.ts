import { UserError } from '../errors.ts';
import { describeOrigin, type Manifest, type Origin, sameOrigin } from '../lake/index.ts';

/** `new`: the lake is empty or of the same origin. `append`: another origin of the same fleet. `replace`: the lake starts anew. */
export type IngestMode = 'new' | 'append' | 'replace';

/**
 * The origins that a lake has after an ingest.
 * @throws UserError `other-origin` naming both, where mode `new` meets a lake of another origin.
 */
export function originsAfter(
  manifest: Manifest,
  origin: Origin,
  mode: IngestMode,
): Pick<Manifest, 'origin' | 'appended'> {
  if (mode === 'replace' || manifest.origin === null) return { origin, appended: [] };
  const { origin: first, appended } = manifest;
  if ([first, ...appended].some((known) => sameOrigin(known, origin))) return { origin: first, appended };
  if (mode === 'append') return { origin: first, appended: [...appended, origin] };
  throw new UserError(
    'other-origin',
    `The lake holds rows of ${describeOrigin(first)}; these are rows of ${describeOrigin(origin)}.`,
    {
      next: 'Use --append if both are of one fleet, --replace to start the lake anew (its predictions go too), or another lake with --lake.',
    },
  );
}
