import { classesOf, countText, type TabularConfig, UserError } from 'pm-core';
import { matrixOfRows, type Predictions } from 'pm-core/score';
import { readCsvSamples, readSamples, sampleFiles } from 'pm-core/tabular';
import type { MlflowClient } from '../../mlflow/client.ts';
import { resolveModelUri } from '../../mlflow/model-uri.ts';
import type { PipelineContext } from '../base/context.ts';
import { inTemporaryFolder } from '../base/temporary-folder.ts';
import type { Workbench } from '../base/workbench.ts';
import { checkResultsTable } from '../scoring/scored-table.ts';
import { sourceOpener } from '../sources/object-source.ts';
import { resolveSource } from '../sources/resolve-source.ts';
import { fetchModelPackage } from '../versions/model-artifact.ts';
import { openModel } from '../versions/open-model.ts';
import { type PlacedRows, writeSampleResults } from './scored-samples.ts';
import { checkSamples } from './tabular-data.ts';

export interface SampleScoreRequest {
  readonly modelUri: string;
  /** Folder, URL or CSV file of the rows; without it all rows of the lake. */
  readonly source?: string | undefined;
  readonly resultsTable: string;
}

export interface SampleScoreResult {
  readonly modelName: string;
  readonly modelVersion: string;
  readonly scoredRows: number;
  /** Rows that could not be read, such as those with a text for a number. */
  readonly rejected: readonly { source: string; line: number; reason: string }[];
  readonly resultsTable: string;
  /** Rows by predicted class. */
  readonly predicted: Readonly<Record<string, number>>;
}

/** Rows to score, and those that could not be read. */
interface ReadRows extends PlacedRows {
  readonly rejected: SampleScoreResult['rejected'];
}

/**
 * Scores rows of a plain table with a registered model; they need no target. The version's earlier predictions for the same files
 * are replaced, all others stay.
 * @throws UserError `model-not-found`, `unsupported-model`, `missing-column` naming it and the file, `no-samples`, `no-usable-row`
 * where there are rows and none of them could be read, `bad-table-name`.
 */
export async function scoreSamples(
  bench: Workbench,
  client: MlflowClient,
  context: PipelineContext<TabularConfig>,
  { modelUri, source, resultsTable }: SampleScoreRequest,
): Promise<SampleScoreResult> {
  const { config, step, now } = context;
  checkResultsTable(resultsTable, bench.lake.manifest);
  const version = await resolveModelUri(client, modelUri);
  const name = `${version.modelName} version ${version.version}`;
  return inTemporaryFolder(async (folder) => {
    const model = await step('load the model', () => fetchModelPackage(client, version, folder));
    const features = model.signature.inputs.map((column) => column.name);
    const rows = await step('read the rows', () =>
      source === undefined
        ? storedRows(bench, config)
        : rowsOfSource(bench, context, { source: resolveSource(source, context.cwd), features }),
    );
    checkUsable(rows);
    const scorer = await openModel(model, { classes: classesOf(config), name });
    try {
      const predictions = await step(`score ${countText(rows.matrix.rowCount)} rows`, () =>
        scorer.score(rows.matrix),
      );
      await step('write the results', () =>
        writeSampleResults(bench, { rows, predictions, version, resultsTable, scoredAt: now() }),
      );
      return {
        modelName: version.modelName,
        modelVersion: version.version,
        scoredRows: rows.matrix.rowCount,
        rejected: rows.rejected,
        resultsTable,
        predicted: countByClass(predictions, classesOf(config)),
      };
    } finally {
      await scorer.close();
    }
  });
}

function checkUsable({ lines, rejected }: ReadRows): void {
  const first = rejected[0];
  if (lines.length > 0 || first === undefined) return;
  throw new UserError(
    'no-usable-row',
    `None of ${countText(rejected.length)} rows can be scored; the first: ${first.source}:${first.line}: ${first.reason}.`,
    { next: 'Correct the file: numbers have a decimal point; an empty cell is a value that nobody knows.' },
  );
}

async function storedRows(bench: Workbench, config: TabularConfig): Promise<ReadRows> {
  await checkSamples(bench, config);
  return { ...(await readSamples(bench.engine, config)), rejected: [] };
}

async function rowsOfSource(
  { lake }: Workbench,
  context: PipelineContext<TabularConfig>,
  { source, features }: { source: string; features: readonly string[] },
): Promise<ReadRows> {
  const { config, fetch, signal } = context;
  const openSource = sourceOpener(context);
  const files = await sampleFiles(config, { source, scratch: lake.scratch(), fetch, signal, openSource });
  const read = [];
  for (const file of files)
    read.push({ ...(await readCsvSamples(file, { features }, signal)), source: file.location });
  const rows = read.flatMap(({ lines, columns }) =>
    lines.map((_, row) => features.map((feature) => columns.get(feature)![row]!)),
  );
  return {
    matrix: matrixOfRows(rows, features),
    sources: read.flatMap(({ source: name, lines }) => lines.map(() => name)),
    lines: read.flatMap(({ lines }) => lines),
    rejected: read.flatMap(({ rejects }) =>
      rejects.map(({ source: name, line, reason }) => ({ source: name, line, reason })),
    ),
  };
}

const countByClass = ({ label }: Predictions, classes: readonly string[]): Record<string, number> =>
  Object.fromEntries(classes.map((name, number) => [name, label.filter((one) => one === number).length]));
