import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findCycle, type GraphTask, topologicalOrder, upstreamOf } from './task-graph.ts';
import { randomGraph } from './testing/graphs.ts';

const task = (key: string, ...dependencies: string[]): GraphTask => ({
  task_key: key,
  depends_on: dependencies.map((task_key) => ({ task_key })),
});

describe('topologicalOrder', () => {
  it('puts every task after all that it depends on, whatever the order of the file', () => {
    fc.assert(
      fc.property(randomGraph, (tasks) => {
        const order = topologicalOrder(tasks).map((t) => t.task_key);
        expect([...order].sort()).toEqual(tasks.map((t) => t.task_key).sort());
        for (const t of tasks) {
          for (const dependency of t.depends_on) {
            expect(order.indexOf(dependency.task_key)).toBeLessThan(order.indexOf(t.task_key));
          }
        }
        expect(findCycle(tasks)).toBeUndefined();
      }),
    );
  });

  it('keeps the order of the file among tasks that are ready', () => {
    const order = topologicalOrder([task('b'), task('a'), task('c', 'a'), task('d')]);
    expect(order.map((t) => t.task_key)).toEqual(['b', 'a', 'c', 'd']);
  });
});

describe('findCycle', () => {
  it.each([
    [[task('a', 'a')], ['a', 'a']],
    [
      [task('a', 'c'), task('b', 'a'), task('c', 'b')],
      ['a', 'c', 'b', 'a'],
    ],
    [
      [task('x'), task('behind', 'a'), task('a', 'b', 'x'), task('b', 'a')],
      ['a', 'b', 'a'],
    ],
  ])('walks a circle, without what only leads to it', (tasks, cycle) => {
    expect(findCycle(tasks)).toEqual(cycle);
  });

  it('finds one in any graph that gets an edge back', () => {
    fc.assert(
      fc.property(randomGraph, (tasks) => {
        const order = topologicalOrder(tasks);
        const last = order.find((t) => t.depends_on.length > 0);
        fc.pre(last !== undefined);
        const first = last!.depends_on[0]!.task_key;
        const closed = tasks.map((t) =>
          t.task_key === first ? { ...t, depends_on: [...t.depends_on, { task_key: last!.task_key }] } : t,
        );
        const cycle = findCycle(closed)!;
        expect(cycle.at(0)).toBe(cycle.at(-1));
        for (const [index, key] of cycle.slice(0, -1).entries()) {
          const dependencies = closed.find((t) => t.task_key === key)!.depends_on.map((d) => d.task_key);
          expect(dependencies).toContain(cycle[index + 1]);
        }
      }),
    );
  });
});

it('upstreamOf follows dependencies of dependencies', () => {
  const tasks = [task('a'), task('b', 'a'), task('c', 'b'), task('d')];
  expect([...upstreamOf(tasks, 'c')].sort()).toEqual(['a', 'b']);
  expect([...upstreamOf(tasks, 'd')]).toEqual([]);
});
