import { describe, expect, it } from 'vitest';
import { mergeTarget, pathInOverride } from './merge-target.ts';

const base = {
  name: 'a',
  tags: { team: 'x' },
  parameters: [{ name: 'LAKE', default: './lake' }],
  tasks: [
    { task_key: 'one', timeout_seconds: 5, libraries: [{ jar: 'a' }] },
    { task_key: 'two', depends_on: [{ task_key: 'one' }] },
  ],
};
const override = {
  tags: { stage: 'y' },
  parameters: [{ name: 'LAKE', default: '/Volumes/lake' }],
  tasks: [
    { task_key: 'two', job_cluster_key: 'main' },
    { task_key: 'three' },
    { task_key: 'one', timeout_seconds: 9, libraries: [{ jar: 'b' }] },
  ],
};
const merged = mergeTarget(base, override);

describe('what a target says of a job', () => {
  it('is merged task by task, parameter by parameter, field by field', () => {
    expect(merged).toEqual({
      name: 'a',
      tags: { team: 'x', stage: 'y' },
      parameters: [{ name: 'LAKE', default: '/Volumes/lake' }],
      tasks: [
        { task_key: 'one', timeout_seconds: 9, libraries: [{ jar: 'a' }, { jar: 'b' }] },
        { task_key: 'two', depends_on: [{ task_key: 'one' }], job_cluster_key: 'main' },
        { task_key: 'three' },
      ],
    });
  });

  it('leaves both as they were', () => {
    expect([base.tasks.length, override.tasks.length]).toEqual([2, 3]);
    expect(base.tasks[0]).toEqual({ task_key: 'one', timeout_seconds: 5, libraries: [{ jar: 'a' }] });
  });

  it.each([
    [
      ['tasks', 1, 'job_cluster_key'],
      ['tasks', 0, 'job_cluster_key'],
    ],
    [
      ['tasks', 0, 'timeout_seconds'],
      ['tasks', 2, 'timeout_seconds'],
    ],
    [['tasks', 1, 'depends_on'], undefined],
    [
      ['tags', 'stage'],
      ['tags', 'stage'],
    ],
    [['tags', 'team'], undefined],
    [['name'], undefined],
  ])('is found again from the merged place %j', (path, expected) => {
    expect(pathInOverride(path, merged, override)).toEqual(expected);
  });
});
