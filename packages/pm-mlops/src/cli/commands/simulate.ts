import { resolve } from 'node:path';
import { defineCommand } from '../command.ts';

export const simulate = defineCommand({
  name: 'simulate',
  describe: 'write a simulated fleet as five CSV files in the public schema',
  examples: [['simulate --machines 20 --hours 2000 --out ./data', 'a small fleet to try things on']],
  options: {
    machines: { type: 'integer', least: 1, describe: 'machines [from the workflow file]' },
    hours: {
      type: 'integer',
      least: 1,
      describe: 'hourly readings of each machine [from the workflow file]',
    },
    seed: { type: 'integer', describe: 'same seed, same files [from the workflow file]' },
    start: { type: 'timestamp', describe: 'first reading [from the workflow file]' },
    out: { type: 'string', default: './data', describe: 'folder of the files' },
  },
  async run({ machines, hours, seed, start, out }, context) {
    const { simulateFleet, writeCsvFiles } = await import('pm-core/simulate');
    const { fleetOnly } = await import('../../pipelines/fleet/fleet-only.ts');
    const defaults = fleetOnly(context, 'pm simulate').config.simulate;
    const parameters = {
      machines: machines ?? defaults.machines,
      hours: hours ?? defaults.hours,
      seed: seed ?? defaults.seed,
      start: start ?? defaults.start,
    };
    const directory = resolve(context.cwd, out);
    const files = await context.step(`simulate ${parameters.machines} machines`, (onProgress) =>
      writeCsvFiles(simulateFleet(parameters), directory, { onProgress, signal: context.signal }),
    );
    return { json: { directory, files, parameters }, text: `${files.join(', ')} in ${directory}` };
  },
});
