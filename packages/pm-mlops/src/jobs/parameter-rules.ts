import type { Finding } from './fault.ts';
import type { Job, Task } from './job-schema.ts';
import type { Notebook } from './notebook.ts';
import { runReferences } from './references.ts';
import { upstreamOf } from './task-graph.ts';

/** Looks up a notebook by its path in the job file; a string says why there is none. */
export type NotebookLookup = (notebookPath: string) => Notebook | string;

/**
 * Faults between a task and its notebook: the file is missing or not one of ours, `base_parameters` are not exactly its
 * widgets, a `{{…}}` asks for what the job has not. Paths are relative to the task.
 */
export function parameterFindings(task: Task, job: Job, notebookAt: NotebookLookup): Finding[] {
  if (task.notebook_task === undefined) return [];
  const { notebook_path, base_parameters, source } = task.notebook_task;
  if (source === 'GIT') {
    const next = 'Take it away: notebooks here are deployed with the job.';
    return [{ path: ['notebook_task', 'source'], message: 'reads the notebook from git_source', next }];
  }
  const notebook = notebookAt(notebook_path);
  if (typeof notebook === 'string') {
    const message = `${notebook_path} ${notebook}`;
    return [
      { path: ['notebook_task', 'notebook_path'], message, next: 'Notebooks: orchestrator-notebooks/' },
    ];
  }
  const path = ['notebook_task', 'base_parameters'];
  const missing = Object.keys(notebook.widgets).filter((name) => !(name in base_parameters));
  return [
    ...Object.entries(base_parameters).flatMap(([name, text]) =>
      [...widgetFindings(name, notebook), ...referenceFindings(text, task, job)].map((finding) => ({
        ...finding,
        path: [...path, name],
      })),
    ),
    ...hiddenWidgets(notebook, job).map((name) => ({
      path: [...path, name],
      message: `a job parameter '${name}' would hide this value`,
      next: 'Databricks hands job parameters to each notebook under their own names: rename the job parameter.',
    })),
    ...missing.map((name) => ({
      path,
      message: `the notebook's widget '${name}' is not given`,
      next: `Add ${name}: "" for its default.`,
    })),
  ];
}

const UNCLOSED = /\{\{(?![^{}]*\}\})/;

const hiddenWidgets = ({ widgets }: Notebook, job: Job): string[] =>
  job.parameters.map(({ name }) => name).filter((name) => name in widgets);

function widgetFindings(name: string, { widgets }: Notebook): Finding[] {
  if (name in widgets) return [];
  const next = `Its widgets: ${Object.keys(widgets).join(', ')}.`;
  return [{ path: [], message: `the notebook has no widget '${name}'`, next }];
}

function referenceFindings(text: string, task: Task, job: Job): Finding[] {
  if (UNCLOSED.test(text)) return [{ path: [], message: `'${text}' has a {{ without }}`, next: 'Add it.' }];
  const parameters = job.parameters.map((parameter) => parameter.name);
  const upstream = upstreamOf(job.tasks, task.task_key);
  return runReferences(text).flatMap((reference): Finding[] => {
    if (reference.kind === 'unknown') {
      const next = 'Known are {{job.parameters.NAME}} and {{tasks.KEY.values.NAME}}.';
      return [{ path: [], message: `${reference.text} cannot be resolved`, next }];
    }
    if (reference.kind === 'parameter' && !parameters.includes(reference.name)) {
      const next = `Parameters of the job: ${parameters.join(', ')}.`;
      return [{ path: [], message: `the job has no parameter '${reference.name}'`, next }];
    }
    if (reference.kind === 'task-value' && !upstream.has(reference.taskKey)) {
      const next = `Add it to depends_on of '${task.task_key}'.`;
      return [{ path: [], message: `'${reference.taskKey}' does not run before this task`, next }];
    }
    return [];
  });
}
