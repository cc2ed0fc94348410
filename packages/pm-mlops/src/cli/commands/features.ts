import { defineCommand } from '../command.ts';
import { derivedText } from '../derived-text.ts';

export const features = defineCommand({
  name: 'features',
  describe: 'compute the feature table from the raw tables',
  examples: [
    ['features', 'all rows of the grid into the table features; nothing to do if it is up to date'],
    ['features --from 2015-06-01 --to 2015-06-30 --table june', 'one month into a table of its own'],
  ],
  options: {
    from: { type: 'timestamp', describe: 'first cutoff wanted (included)' },
    to: { type: 'timestamp', describe: 'last cutoff wanted (included)' },
    table: { type: 'string', default: 'features', describe: 'name of the feature table' },
  },
  async run(args, context) {
    const { ensureFeatures } = await import('../../pipelines/fleet/feature-tables.ts');
    const { writingLake } = await import('../../pipelines/base/workbench.ts');
    const { config } = context;
    if (config.kind === 'tabular') {
      const text = `${config.name} has no features to compute: nothing to do.`;
      return { json: { table: null, rowCount: 0, computed: false, rowsComputed: 0 }, text };
    }
    const made = await context.step('features', () =>
      writingLake(context, 'pm features', (bench) => ensureFeatures(bench, config, args)),
    );
    return { json: made, text: derivedText(made) };
  },
});
