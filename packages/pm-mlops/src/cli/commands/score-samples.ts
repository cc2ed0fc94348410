import { countText, type TabularConfig } from 'pm-core';
import type { PipelineContext } from '../../pipelines/base/context.ts';
import type { SampleScoreRequest } from '../../pipelines/tabular/score-samples.ts';
import type { CommandContext } from '../context.ts';
import type { Outcome } from '../outcome.ts';
import { withTracking } from './tracking.ts';

const SHOWN_REJECTS = 10;

/** `pm score` of a workflow of plain tables. */
export async function scoreSampleRows(
  request: SampleScoreRequest,
  context: CommandContext & PipelineContext<TabularConfig>,
): Promise<Outcome> {
  const { scoreSamples } = await import('../../pipelines/tabular/score-samples.ts');
  const { writingLake } = await import('../../pipelines/base/workbench.ts');
  const { config, configPath, lakeDirectory } = context;
  return withTracking(context, async (client) => {
    const result = await writingLake(context, 'pm score', (bench) =>
      scoreSamples(bench, client, context, request),
    );
    const { predicted, rejected, resultsTable } = result;
    const left = rejected.length - SHOWN_REJECTS;
    const lines = [
      `${countText(result.scoredRows)} rows scored with ${result.modelName} version ${result.modelVersion}: ${countText(predicted['1'] ?? 0)} in class 1 (${config.target}), ${countText(predicted['0'] ?? 0)} in class 0.`,
      ...rejected
        .slice(0, SHOWN_REJECTS)
        .map((one) => `not scored: ${one.source}:${one.line}: ${one.reason}`),
      ...(left > 0 ? [`… and ${countText(left)} more rows`] : []),
      `Results: table ${resultsTable} in ${lakeDirectory}; pm tables export ${resultsTable} --config ${configPath} --format csv`,
    ];
    return { json: result, text: lines.join('\n') };
  });
}
