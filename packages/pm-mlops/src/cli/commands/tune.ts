import { defineCommand } from '../command.ts';
import type { CommandContext } from '../context.ts';
import { DEFAULT_CONFIG, DEFAULT_LAKE } from '../load-config.ts';
import { withTracking } from './tracking.ts';

export const tune = defineCommand({
  name: 'tune',
  describe: 'search for better parameters, a nested run each; the best is trained and stands in Staging',
  examples: [
    ['tune', "96 evaluations, or as many as the workflow file's tune part says"],
    ['tune --evaluations 20 --sampler random', 'a short look around'],
    ['tune --resume', 'go on with the newest sweep that was interrupted'],
  ],
  options: {
    evaluations: {
      type: 'integer',
      least: 1,
      most: 10_000,
      describe: 'points to evaluate [from the workflow file: 96]',
    },
    sampler: { type: 'string', choices: ['tpe', 'random'], describe: 'how points are chosen [tpe]' },
    resume: { type: 'boolean', describe: 'go on with the newest unfinished sweep of this workflow file' },
    run: { type: 'string', describe: 'go on with the sweep of this run id' },
    table: { type: 'string', default: 'features', describe: 'feature table to train on' },
  },
  async run(args, context) {
    const { evaluations, sampler, resume, run, table } = args;
    const line = resumeLine(args, context);
    const { formatEvaluation } = await import('pm-core/metrics');
    const { tune: tuneModel } = await import('../../pipelines/tune.ts');
    const { writingLake } = await import('../../pipelines/base/workbench.ts');
    const settings = {
      ...context.config.tune,
      ...(evaluations !== undefined && { evaluations }),
      ...(sampler !== undefined && { sampler: sampler as 'tpe' | 'random' }),
    };
    const own = { ...context, config: { ...context.config, tune: settings } };
    return withTracking(own, async (client, location) => {
      const result = await writingLake(own, 'pm tune', (bench) =>
        tuneModel(bench, client, own, { table, resume: run ?? resume, resumeLine: line }),
      );
      const { split, evaluation, failuresByComponent, best, ...facts } = result;
      const modelUri = `models:/${facts.modelName}/${facts.modelVersion}`;
      const figure = (settings.metric === 'log-loss' ? best.loss : 1 - best.loss).toFixed(4);
      const lines = [
        formatEvaluation(evaluation),
        '',
        `Best of ${facts.evaluations} evaluations (${facts.pruned} given up early): ${settings.metric} ${figure} on rows held out, evaluation ${best.number}`,
        ...(Object.keys(best.values).length > 0
          ? []
          : ["  the workflow file's own parameters: none was better"]),
        ...Object.entries(best.values).map(([name, value]) => `  ${name.padEnd(18)} ${value}`),
        `Run ${facts.trackingRunId} and version ${facts.modelVersion} of ${facts.modelName}, in Staging: ${location}`,
      ];
      const json = { ...facts, modelUri, best, split, failuresByComponent, evaluation };
      return { json, text: lines.join('\n') };
    });
  },
});

/** The line to go on with: the flags of this one that are not the defaults. */
function resumeLine(
  {
    evaluations,
    sampler,
    table,
  }: { evaluations: number | undefined; sampler: string | undefined; table: string },
  { configPath, lakePath }: CommandContext,
): string {
  const flags = [
    ['config', configPath, DEFAULT_CONFIG],
    ['lake', lakePath, DEFAULT_LAKE],
    ['evaluations', evaluations, undefined],
    ['sampler', sampler, undefined],
    ['table', table, 'features'],
  ].flatMap(([name, value, usual]) => (value === usual ? [] : [`--${name}`, value]));
  return ['pm tune --resume', ...flags].join(' ');
}
