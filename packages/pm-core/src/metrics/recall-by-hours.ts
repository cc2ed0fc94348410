import type { ScoredRows } from './scored-rows.ts';

/** Bounds of the bands, hours before the labelled failure; a band is (from, to]. */
const HOURS_TO_FAILURE_BOUNDS = [0, 12, 24, 36, 48, 72, 168] as const;

/** Recall on the rows that lie a certain time before their labelled failure. */
export interface HoursBand {
  /** Open end: a row exactly this many hours before its failure belongs to the band below. */
  readonly fromHours: number;
  /** Closed end. */
  readonly toHours: number;
  readonly rowCount: number;
  /** Share of the rows whose own component was predicted; null without a row. */
  readonly recall: number | null;
  /** Share of the rows for which any component was predicted; null without a row. */
  readonly recallAnyFailure: number | null;
}

/**
 * Recall by time left: a sign shows only in the last days, so recall over a whole prediction window says little.
 * @param hoursToFailure a row's hours from its cutoff to the failure that gave its label; read only where the label is not 0.
 * @param bounds ascending; rows outside (first, last] are in no band.
 */
export function recallByHours(
  rows: Pick<ScoredRows, 'labels' | 'predicted'>,
  hoursToFailure: ArrayLike<number>,
  bounds: readonly number[] = HOURS_TO_FAILURE_BOUNDS,
): HoursBand[] {
  const bands = bounds.slice(1).map((toHours, band) => ({ fromHours: bounds[band], toHours }));
  const counts = bands.map(() => ({ rowCount: 0, hits: 0, alarms: 0 }));
  for (let row = 0; row < rows.labels.length; row++) {
    const label = rows.labels[row];
    if (label === 0) continue;
    const hours = hoursToFailure[row];
    const count = counts[bands.findIndex((band) => hours > band.fromHours && hours <= band.toHours)];
    if (count === undefined) continue;
    count.rowCount++;
    if (rows.predicted[row] === label) count.hits++;
    if (rows.predicted[row] !== 0) count.alarms++;
  }
  return bands.map((band, index) => {
    const { rowCount, hits, alarms } = counts[index];
    const share = (part: number) => (rowCount === 0 ? null : part / rowCount);
    return { ...band, rowCount, recall: share(hits), recallAnyFailure: share(alarms) };
  });
}
