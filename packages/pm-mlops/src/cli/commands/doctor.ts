import { defineCommand } from '../command.ts';
import { formatTable } from '../text-table.ts';

export const doctor = defineCommand({
  name: 'doctor',
  describe:
    'what is installed and reachable here, and the state of lake and registry; mends aliases that lag a stage, ends runs whose process is gone',
  examples: [['doctor', 'exit code 1 if something would stop a training']],
  options: {},
  async run(_args, context) {
    const { diagnose } = await import('../../pipelines/diagnose.ts');
    const findings = await diagnose(context);
    const text = formatTable(findings, [
      { heading: '', cell: ({ state }) => ({ good: '✓', note: '·', bad: '✗' })[state] },
      { heading: 'what', cell: ({ what }) => what },
      { heading: 'found', cell: ({ found }) => found },
    ]);
    return { json: { findings }, text, exitCode: findings.some(({ state }) => state === 'bad') ? 1 : 0 };
  },
});
