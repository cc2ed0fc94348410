import type { Finding } from './fault.ts';
import { type Job, TASK_TYPES, type Task } from './job-schema.ts';
import { type NotebookLookup, parameterFindings } from './parameter-rules.ts';
import { principalFindings } from './principal-rules.ts';
import { startFindings } from './start-rules.ts';
import { findCycle } from './task-graph.ts';

/**
 * Faults that no field shows alone, which the Jobs API would accept: keys given twice, ghost and cyclic dependencies,
 * another number of task types than one, undefined compute, a bad cron, parameters that are not the notebook's widgets.
 * Paths are relative to the job.
 */
export function jobFindings(job: Job, notebookAt: NotebookLookup): Finding[] {
  return [
    ...twice('tasks', 'task_key', job.tasks),
    ...twice('parameters', 'name', job.parameters),
    ...twice('job_clusters', 'job_cluster_key', job.job_clusters),
    ...twice('environments', 'environment_key', job.environments),
    ...dependencyFindings(job),
    ...startFindings(job),
    ...clusterFindings(job),
    ...principalFindings(job),
    ...job.tasks.flatMap((task, index) =>
      [...typeFindings(task), ...computeFindings(task, job), ...parameterFindings(task, job, notebookAt)].map(
        (finding) => ({ ...finding, path: ['tasks', index, ...finding.path] }),
      ),
    ),
  ];
}

function twice<K extends string>(list: string, key: K, items: readonly Record<K, string>[]): Finding[] {
  return items.flatMap((item, index) =>
    items.findIndex((other) => other[key] === item[key]) === index
      ? []
      : [
          {
            path: [list, index, key],
            message: `'${item[key]}' is given twice`,
            next: list === 'depends_on' ? 'Take one of them away.' : 'Rename one of them.',
          },
        ],
  );
}

function dependencyFindings(job: Job): Finding[] {
  const keys = job.tasks.map((task) => task.task_key);
  const ghosts = job.tasks.flatMap(({ depends_on }, index) =>
    [...twice('depends_on', 'task_key', depends_on), ...ghostFindings(depends_on, keys)].map((finding) => ({
      ...finding,
      path: ['tasks', index, ...finding.path],
    })),
  );
  const cycle = findCycle(job.tasks);
  if (cycle === undefined) return ghosts;
  const path = ['tasks', keys.indexOf(cycle[0]!), 'depends_on'];
  const message = `the tasks depend on each other in a circle: ${cycle.join(' → ')}`;
  return [...ghosts, { path, message, next: 'Take one of these dependencies away.' }];
}

const ghostFindings = (dependencies: Task['depends_on'], keys: readonly string[]): Finding[] =>
  dependencies.flatMap(({ task_key, outcome }, at): Finding[] => {
    if (!keys.includes(task_key)) {
      const message = `no task has the key '${task_key}'`;
      return [{ path: ['depends_on', at, 'task_key'], message, next: `Tasks: ${keys.join(', ')}.` }];
    }
    if (outcome === undefined) return [];
    const message = `'${task_key}' is a notebook, which has no outcome`;
    return [{ path: ['depends_on', at, 'outcome'], message, next: 'Take it away, or see run_if.' }];
  });

function typeFindings(task: Task): Finding[] {
  const types = TASK_TYPES.filter((type) => task[type] !== undefined);
  if (types.length === 1 && types[0] === 'notebook_task') return [];
  const found = types.length === 0 ? 'has no task type' : `has ${types.join(' and ')}`;
  return [{ path: [], message: `'${task.task_key}' ${found}`, next: 'A task here has one notebook_task.' }];
}

function computeFindings(task: Task, job: Job): Finding[] {
  const kinds = ['existing_cluster_id', 'new_cluster', 'job_cluster_key', 'environment_key'] as const;
  const chosen = kinds.filter((kind) => task[kind] !== undefined);
  if (chosen.length > 1) {
    return [
      { path: [chosen[1]!], message: `the task has ${chosen.join(' and ')}`, next: 'Keep one of them.' },
    ];
  }
  const clusters = job.job_clusters.map((cluster) => cluster.job_cluster_key);
  const environments = job.environments.map((environment) => environment.environment_key);
  return [
    ...undefinedKey('job_cluster_key', task.job_cluster_key, 'job_clusters', clusters),
    ...undefinedKey('environment_key', task.environment_key, 'environments', environments),
  ];
}

/** The workers of each cluster: a fixed number or bounds, not both. */
function clusterFindings(job: Job): Finding[] {
  const clusters = [
    ...job.job_clusters.map((cluster, index) => ({
      path: ['job_clusters', index, 'new_cluster'],
      cluster: cluster.new_cluster,
    })),
    ...job.tasks.flatMap(({ new_cluster: cluster }, index) =>
      cluster === undefined ? [] : [{ path: ['tasks', index, 'new_cluster'], cluster }],
    ),
  ];
  return clusters.flatMap(({ path, cluster }): Finding[] => {
    const { num_workers, autoscale, is_single_node, policy_id } = cluster;
    if ([num_workers, autoscale, is_single_node, policy_id].every((field) => field === undefined)) {
      const message = 'says no number of workers';
      return [{ path, message, next: 'Give num_workers, autoscale or is_single_node.' }];
    }
    if (autoscale !== undefined && num_workers !== undefined) {
      const message = 'has num_workers and autoscale';
      return [{ path: [...path, 'autoscale'], message, next: 'Keep one of them.' }];
    }
    if (autoscale === undefined || autoscale.min_workers <= autoscale.max_workers) return [];
    return [{ path: [...path, 'autoscale', 'min_workers'], message: 'is more than max_workers' }];
  });
}

function undefinedKey(
  field: string,
  key: string | undefined,
  list: string,
  known: readonly string[],
): Finding[] {
  if (key === undefined || known.includes(key)) return [];
  return [{ path: [field], message: `'${key}' is not defined`, next: `Define it under ${list} of the job.` }];
}
