/** A node of a job's graph: what the order of tasks needs to know. */
export interface GraphTask {
  readonly task_key: string;
  readonly depends_on: readonly { readonly task_key: string }[];
}

/**
 * Tasks so that each comes after all that it depends on; among those that are ready, in the order of the file.
 * Dependencies on keys that are not there are passed over. Tasks on a cycle, or behind one, are left out.
 */
export function topologicalOrder<T extends GraphTask>(tasks: readonly T[]): T[] {
  const known = new Set(tasks.map((task) => task.task_key));
  const done = new Set<string>();
  const order: T[] = [];
  const isReady = (task: T) =>
    !done.has(task.task_key) &&
    task.depends_on.every(({ task_key }) => done.has(task_key) || !known.has(task_key));
  for (let next = tasks.find(isReady); next !== undefined; next = tasks.find(isReady)) {
    done.add(next.task_key);
    order.push(next);
  }
  return order;
}

/** Keys along a cycle, the first repeated at the end, such as a → b → a; undefined where there is none. */
export function findCycle(tasks: readonly GraphTask[]): string[] | undefined {
  const ordered = new Set(topologicalOrder(tasks).map((task) => task.task_key));
  const stuck = new Map(
    tasks.filter((task) => !ordered.has(task.task_key)).map((task) => [task.task_key, task]),
  );
  const walk: string[] = [];
  let key = stuck.keys().next().value;
  while (key !== undefined && !walk.includes(key)) {
    walk.push(key);
    key = stuck.get(key)!.depends_on.find((dependency) => stuck.has(dependency.task_key))?.task_key;
  }
  return key === undefined ? undefined : [...walk.slice(walk.indexOf(key)), key];
}

/** Keys of all tasks that must end before a task begins, directly or through others. */
export function upstreamOf(tasks: readonly GraphTask[], taskKey: string): ReadonlySet<string> {
  const found = new Set<string>();
  const visit = (key: string) => {
    for (const dependency of tasks.find((task) => task.task_key === key)?.depends_on ?? []) {
      if (found.has(dependency.task_key)) continue;
      found.add(dependency.task_key);
      visit(dependency.task_key);
    }
  };
  visit(taskKey);
  return found;
}
