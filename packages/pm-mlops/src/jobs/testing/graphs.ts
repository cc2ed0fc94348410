import fc from 'fast-check';

/** Graphs without a circle: task i depends on some of the tasks before it; the list is shuffled. */
export const randomGraph = fc
  .integer({ min: 1, max: 8 })
  .chain((size) =>
    fc.tuple(
      ...Array.from({ length: size }, (_, index) =>
        fc.subarray(Array.from({ length: index }, (__, before) => `t${before}`)).map((dependencies) => ({
          task_key: `t${index}`,
          depends_on: dependencies.map((task_key) => ({ task_key })),
        })),
      ),
    ),
  )
  .chain((tasks) => fc.shuffledSubarray(tasks, { minLength: tasks.length }));
