import { textTable } from 'pm-core/metrics';
import type { JobRun } from './run-local.ts';

/** A finished job as a table: seconds, state and a note for each task, and the whole at the end. */
export function formatJobRun(run: JobRun): string {
  const lines = [
    { name: 'task', seconds: 'seconds', words: 'state' },
    ...run.tasks.map((task) => ({
      name: task.taskKey,
      seconds: task.attempts === 0 ? '–' : task.seconds.toFixed(1),
      words: [task.state, attemptsNote(task.attempts), firstLine(task.note)].filter(Boolean).join('  '),
    })),
    { name: 'whole job', seconds: run.seconds.toFixed(1), words: run.state },
  ];
  const table = textTable(lines.map(({ name, seconds }) => [name, seconds])).split('\n');
  return table.map((line, index) => `${line}  ${lines[index]!.words}`).join('\n');
}

const attemptsNote = (attempts: number): string => (attempts > 1 ? `${attempts} attempts` : '');

const firstLine = (text: string): string => text.split('\n', 1)[0]!;
