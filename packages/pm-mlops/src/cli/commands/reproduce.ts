import type { Difference } from '../../pipelines/reproduce/compare-records.ts';
import type { Reproduction } from '../../pipelines/reproduce/reproduce-run.ts';
import { defineCommand } from '../command.ts';
import { formatTable } from '../text-table.ts';
import { withTracking } from './tracking.ts';

export const runsReproduce = defineCommand({
  name: 'runs reproduce',
  describe: "train a run's model again from what the run recorded; same bytes, or the first difference",
  examples: [
    ['runs reproduce 0123456789abcdef0123456789abcdef', 'exit code 1 where other bytes come out'],
    [
      'runs reproduce 0123456789abcdef0123456789abcdef --config config/wine-quality.yaml',
      'a run of another workflow',
    ],
  ],
  options: { id: { type: 'string', positional: 'required', describe: 'id of a run of pm train or pm tune' } },
  async run({ id }, context) {
    const { reproduceRun } = await import('../../pipelines/reproduce/reproduce-run.ts');
    return withTracking(context, async (client) => {
      const found = await reproduceRun(client, context, id);
      const text = [
        sentence(found),
        ...section(found.verdict === 'same-bytes' ? 'no matter for it' : 'what differs', found.differences),
        ...section(`${context.configPath} asks for another model now`, found.workflowFile),
      ];
      return { json: found, text: text.join('\n'), exitCode: found.verdict === 'same-bytes' ? 0 : 1 };
    });
  },
});

function sentence({ runId, verdict, recorded, reproduced, firstDifference }: Reproduction): string {
  if (verdict === 'same-bytes')
    return `Same bytes: model.onnx of run ${runId} came out again, SHA-256 ${recorded}.`;
  const what =
    verdict === 'other-data'
      ? 'Other training rows: nothing was trained.'
      : `Other bytes: model.onnx came out with SHA-256 ${reproduced}, in run ${runId} it was ${recorded}.`;
  return `${what} ${reason(firstDifference)}`;
}

function reason(difference: Difference | undefined): string {
  if (difference === undefined)
    return 'Nothing that the run recorded differs: the code was changed without a commit.';
  const { kind, name, was, is } = difference;
  return `The first difference is ${kind}, ${name}: ${was} in the run, ${is} now.`;
}

function section(title: string, differences: readonly Difference[]): string[] {
  if (differences.length === 0) return [];
  const table = formatTable(differences, [
    { heading: title, cell: ({ kind, name }) => `${kind}: ${name}` },
    { heading: 'in the run', cell: ({ was }) => was },
    { heading: 'now', cell: ({ is }) => is },
  ]);
  return ['', table];
}
