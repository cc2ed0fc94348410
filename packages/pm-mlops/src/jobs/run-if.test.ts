import { expect, it } from 'vitest';
import { filledIn, verdictOn } from '../databricks/testing/fake-workspace/run-rules.ts';
import { resolveRunReferences } from './references.ts';
import { runIfVerdict, type TaskState } from './run-if.ts';

const STATES: readonly TaskState[] = [
  'SUCCESS',
  'FAILED',
  'TIMEDOUT',
  'CANCELED',
  'UPSTREAM_FAILED',
  'EXCLUDED',
];
const RULES = [
  'ALL_SUCCESS',
  'NONE_FAILED',
  'AT_LEAST_ONE_SUCCESS',
  'ALL_DONE',
  'AT_LEAST_ONE_FAILED',
  'ALL_FAILED',
] as const;

it.each(RULES)(
  '%s is decided as the fake workspace decides it, whatever the upstream tasks came to',
  (rule) => {
    const upTo = (length: number): TaskState[][] =>
      length === 0
        ? [[]]
        : upTo(length - 1).flatMap((some) => [some, ...STATES.map((one) => [...some, one])]);
    for (const upstream of upTo(3)) expect(runIfVerdict(rule, upstream)).toBe(verdictOn(rule, upstream));
  },
);

it('of two upstream tasks one failed: only rules that allow for it let the task run', () => {
  const upstream: TaskState[] = ['SUCCESS', 'FAILED'];
  expect(RULES.filter((rule) => runIfVerdict(rule, upstream) === 'RUN')).toEqual([
    'AT_LEAST_ONE_SUCCESS',
    'ALL_DONE',
    'AT_LEAST_ONE_FAILED',
  ]);
});

it('references are filled in as the fake workspace fills them in', () => {
  const values: Record<string, string> = { 'train.version': '3' };
  for (const text of [
    'plain',
    '{{job.parameters.lake}}',
    'models:/x/{{ tasks.train.values.version }} in {{job.parameters.lake}}',
    '{{job.id}} {{tasks.train.run_id}}',
  ]) {
    const ours = resolveRunReferences(text, (reference) =>
      reference.kind === 'parameter'
        ? 'L'
        : reference.kind === 'unknown'
          ? reference.text
          : values[`${reference.taskKey}.${reference.name}`]!,
    );
    const theirs = filledIn(text, {
      jobParameters: { lake: 'L' },
      taskValue: (key, name) => values[`${key}.${name}`],
    });
    expect(ours).toBe(theirs);
  }
});
