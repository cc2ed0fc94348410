import { type TabularConfig, targetRule } from 'pm-core';
import type { FeatureMatrix } from 'pm-core/features';
import { matrixOfRows } from 'pm-core/score';
import { holds, readCsvSamples, sampleFiles } from 'pm-core/tabular';

/** Rows of a tabular workflow's files, without a lake. */
export interface Wine {
  readonly matrix: FeatureMatrix;
  readonly label: Int32Array;
}

/** Reads all files of a source into memory, as an ingest would. */
export async function readWine(config: TabularConfig, source: string, scratch: string): Promise<Wine> {
  const { features } = config;
  const rule = targetRule(config);
  const files = await sampleFiles(config, { source, scratch, fetch, signal: undefined });
  const read = await Promise.all(
    files.map((file) => readCsvSamples(file, { features, target: rule.column })),
  );
  const rows = read.flatMap(({ lines, columns }) =>
    lines.map((_, row) => features.map((feature) => columns.get(feature)![row]!)),
  );
  const targets = read.flatMap(({ columns }) => columns.get(rule.column)!);
  return {
    matrix: matrixOfRows(rows, features),
    label: Int32Array.from(targets, (value) => (holds(rule, value) ? 1 : 0)),
  };
}
