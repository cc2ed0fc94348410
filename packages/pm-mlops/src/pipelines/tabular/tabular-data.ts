import { classesOf, placesWhere, type TabularConfig, UserError } from 'pm-core';
import { drawRowSplit, type PartSummary, type RowParts, type RowSplit } from 'pm-core/split';
import { equalRows, readSamples, type Samples, samplesTable } from 'pm-core/tabular';
import type { Workbench } from '../base/workbench.ts';
import { flattenParams } from '../training/flatten-params.ts';
import { selectRows } from '../training/select-rows.ts';
import {
  type DataDescription,
  digestOf,
  type LabeledRows,
  type TrainingData,
} from '../training/training-data.ts';

/** Tags of a version that say whether another one may be held against it. */
export const TARGET_TAG = 'pm.target';
export const TRAINING_DIGEST_TAG = 'pm.training_digest';

/** @throws UserError `no-samples`, `other-columns` where the lake's rows are not those that the workflow file asks for. */
export async function checkSamples({ lake, engine }: Workbench, config: TabularConfig): Promise<void> {
  if (lake.manifest.tables.samples === undefined) {
    throw new UserError('no-samples', `The lake of ${config.name} has no rows yet.`, {
      next: 'pm ingest --source DIRECTORY',
    });
  }
  const columns = (await engine.query('DESCRIBE samples')).map((column) => column.column_name);
  const missing = samplesTable(config)
    .columns.map(({ name }) => name)
    .filter((name) => !columns.includes(name));
  if (missing.length === 0) return;
  throw new UserError(
    'other-columns',
    `The rows in the lake lack ${missing.join(', ')}, which ${config.name} names now.`,
    {
      next: 'Bring them in again: pm ingest --replace',
    },
  );
}

/**
 * Reads all samples and draws the parts.
 * @throws UserError `one-class-only` where a part lacks rows of a class: nothing could be told apart or measured.
 */
export async function readTabularData({ engine }: Workbench, config: TabularConfig): Promise<TrainingData> {
  const samples = await readSamples(engine, config);
  const rows = labeledRows(config, samples);
  const parts = drawRowSplit(rows.label, config.split);
  checkClasses(rows, parts, config);
  const [train, validation, test] = [parts.train, parts.validation, parts.test].map((places) => {
    const part = selectRows(rows, places);
    return { ...part, digest: digestOf(part) };
  }) as [LabeledRows, LabeledRows, LabeledRows];
  const split = rowSplit(config, rows, { train, validation, test });
  return {
    table: 'samples',
    featureTable: 'features',
    inputTables: ['samples'],
    description: describe(config, split, train),
    split,
    train,
    validation,
    test,
  };
}

/** Every row a group of its own. */
function labeledRows(config: TabularConfig, { matrix, label, sources, lines }: Samples): LabeledRows {
  return {
    matrix,
    label,
    classes: classesOf(config),
    groups: sources.map((source, row) => `${source}:${lines[row]}`),
    failuresByComponent: {},
    digest: digestOf({ matrix, label }),
  };
}

function checkClasses({ label, classes }: LabeledRows, parts: RowParts, { target }: TabularConfig): void {
  for (const [part, places] of Object.entries(parts) as [keyof RowParts, Int32Array][]) {
    for (const [number, name] of classes.entries()) {
      if (places.some((row) => label[row] === number)) continue;
      const message = `no row of class ${name} (class 1: ${target}) among the ${places.length} rows that ${PART_NAMES[part]}`;
      throw new UserError('one-class-only', message, {
        next: 'Check the target rule in the workflow file, or bring more rows.',
      });
    }
  }
}

const PART_NAMES = { train: 'train', validation: 'validate', test: 'test' } as const;

function rowSplit(
  { split }: TabularConfig,
  all: LabeledRows,
  parts: { train: LabeledRows; validation: LabeledRows; test: LabeledRows },
): RowSplit {
  const percent = (share: number) => Math.round(100 * share);
  const shares = [split.train, split.validation, 1 - split.train - split.validation].map(percent).join('/');
  return {
    seed: split.seed,
    reason: `${shares} drawn by row within each class, seed ${split.seed}`,
    repeatedRows: equalRows(all.matrix).filter((first, row) => first !== row).length,
    train: summary(parts.train),
    validation: summary(parts.validation),
    test: summary(parts.test),
  };
}

const summary = ({ label }: LabeledRows): PartSummary => ({
  rows: label.length,
  failureRows: placesWhere(label.length, (row) => label[row] === 1).length,
});

function describe(
  { target, features }: TabularConfig,
  { reason, seed, repeatedRows }: RowSplit,
  { digest }: LabeledRows,
): DataDescription {
  return {
    params: {
      target,
      features: features.join(','),
      ...flattenParams('split', { seed }),
      repeated_rows: String(repeatedRows),
    },
    runTags: { 'pm.split_reason': reason },
    versionTags: { [TARGET_TAG]: target, [TRAINING_DIGEST_TAG]: digest },
    summary: `Whether ${target}, from ${features.length} columns`,
  };
}
