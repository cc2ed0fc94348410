import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pythonFor } from '../testing/python.ts';

/** What Databricks gives a notebook, as far as ours use it; prints what the notebook exits with and the task values it sets. */
const SHIM = `
import json, sys
from pathlib import Path
from types import SimpleNamespace
notebook, given = Path(sys.argv[1]), json.loads(sys.argv[2])
values, task_values, exits = {}, {}, []
widgets = SimpleNamespace(text=lambda name, default: values.update({name: given.get(name, default)}),
                          getAll=lambda: dict(values))
jobs = SimpleNamespace(taskValues=SimpleNamespace(set=lambda key, value: task_values.update({key: value})))
sys.path.insert(0, str(notebook.parent))
exec(notebook.read_text(), {"dbutils": SimpleNamespace(
    widgets=widgets, jobs=jobs, notebook=SimpleNamespace(exit=exits.append))})
print("EXIT", json.dumps({"exits": [json.loads(text) for text in exits], "taskValues": task_values}))
`;

/** A pm that tells its arguments, one a line, in its JSON, and progress on stderr. */
const FAKE_PM = `#!/bin/sh
echo "working" >&2
case "$*" in *corrupt*) echo "pm: The file is corrupt." >&2; exit 1;; esac
printf '{"modelVersion": "7", "rows": 12, "tables": [], "arguments": "'
for word in "$@"; do printf '%s|' "$word"; done
printf '"}'
case "$1" in promote) exit 3;; esac
`;

const python = pythonFor();
let root: string;

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'pm-notebooks-'));
  cpSync(resolve(import.meta.dirname, '../../../../orchestrator-notebooks'), join(root, 'notebooks'), {
    recursive: true,
  });
  writeFileSync(join(root, 'pm'), FAKE_PM);
  chmodSync(join(root, 'pm'), 0o755);
});
afterAll(() => rmSync(root, { recursive: true }));

function runNotebook(name: string, widgets: Record<string, string>) {
  const words = ['-c', SHIM, join(root, 'notebooks', `${name}.py`), JSON.stringify(widgets)];
  const { status, stdout, stderr } = spawnSync(python!, words, { encoding: 'utf8' });
  const answer = /^EXIT (.*)$/m.exec(stdout)?.[1];
  return { status, stdout, stderr, answer: answer === undefined ? undefined : JSON.parse(answer) };
}

describe.skipIf(python === undefined)('a notebook as it is (needs Python ≥ 3.11)', () => {
  it('runs its command with its widgets as flags, leaving empty ones out', () => {
    const { answer } = runNotebook('ingest', { source: '/data/my files', replace: 'true' });
    expect(answer.exits[0].arguments).toBe(
      'ingest|--json|--config=config/predictive-maintenance.yaml|--lake=./lake|--source=/data/my files|--replace=true|',
    );
  });

  it('shows progress in the cell and sets texts and numbers as task values', () => {
    const { stdout, answer } = runNotebook('train', {});
    expect(stdout).toMatch(/^working$/m);
    expect(answer.taskValues).toMatchObject({ modelVersion: '7', rows: 12 });
    expect(answer.taskValues).not.toHaveProperty('tables');
  });

  it('runs a command of several words', () => {
    const { answer } = runNotebook('full_scoring_workflow', { param: 'SOURCE=/raw' });
    expect(answer.exits[0].arguments).toBe(
      'jobs|run|batch-scoring|--json|--target=local|--param=SOURCE=/raw|',
    );
  });

  it("ends done where the gate says no, and fails with the command's own message otherwise", () => {
    expect(runNotebook('promote', {}).status).toBe(0);
    const { status, stderr, answer } = runNotebook('ingest', { source: 'corrupt' });
    expect([status, answer]).toEqual([1, undefined]);
    expect(stderr).toContain('pm ingest ended with exit code 1');
    expect(stderr).toContain('pm: The file is corrupt.');
  });
});
