import type { TableEngine } from '../engine/index.ts';

/** How many rows of one cutoff carry one label: all that a split needs to know of labeled_features. */
export interface LabelCount {
  /** UTC `YYYY-MM-DDTHH:MM:SS`. */
  readonly windowEnd: string;
  /** 0 none, 1–4 the component; rows without a label are not counted. */
  readonly label: number;
  readonly rows: number;
}

/** Counts the labelled rows of labeled_features by cutoff and label, cutoffs ascending. */
export async function readLabelCounts(engine: TableEngine): Promise<LabelCount[]> {
  const rows = await engine.query(
    `SELECT window_end, label, count(*) AS rows FROM labeled_features WHERE label IS NOT NULL
     GROUP BY window_end, label ORDER BY window_end, label`,
  );
  return rows.map((row) => ({
    windowEnd: String(row.window_end).slice(0, 19),
    label: Number(row.label),
    rows: Number(row.rows),
  }));
}
