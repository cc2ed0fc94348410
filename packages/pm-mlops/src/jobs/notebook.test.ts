import { globSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { notebookWidgets, parseNotebook, readNotebook } from './notebook.ts';

const folder = resolve(import.meta.dirname, '../../../../orchestrator-notebooks');
const notebooks = globSync('*.py', { cwd: folder })
  .filter((file) => file !== 'pm_command.py')
  .map((file) => basename(file, '.py'))
  .sort();

/** The only statements that a notebook may have, and the last one's shape. */
const STATEMENTS = [
  /^dbutils\.widgets\.text\("[a-z-]+", "[^"]*"\)$/,
  /^from pm_command import (page_of, )?run_pm$/,
  /^document = run_pm\(dbutils, "report [a-z]+"\)$/,
  /^displayHTML\(page_of\(document\)\)$/,
  /^dbutils\.notebook\.exit\((run_pm\(dbutils, "[a-z -]+"\)|document)\)$/,
];
/** Those that show a page: of `report explore`, by stage. */
const PAGES: Readonly<Record<string, string>> = {
  explore_features: 'features',
  explore_model: 'model',
  explore_predictions: 'predictions',
  explore_telemetry: 'telemetry',
  explore_wine: 'samples',
};

describe('orchestrator-notebooks', () => {
  it('has the notebooks of the workflow', () => {
    expect(notebooks).toEqual([
      'doctor',
      'evaluate',
      ...Object.keys(PAGES),
      'features',
      'full_scoring_workflow',
      'ingest',
      'promote',
      'score',
      'train',
      'tune',
    ]);
  });

  it.each(notebooks)('%s is at most 25 lines of widgets, one command and its answer', (name) => {
    const source = readFileSync(join(folder, `${name}.py`), 'utf8');
    const lines = source.trimEnd().split('\n');
    expect(lines.length).toBeLessThanOrEqual(25);
    const code = lines.filter((line) => line !== '' && !line.startsWith('#'));
    expect(code.filter((line) => !STATEMENTS.some((statement) => statement.test(line)))).toEqual([]);
    expect(code.at(-1)).toMatch(STATEMENTS.at(-1)!);
  });

  it.each(notebooks.filter((name) => name !== 'full_scoring_workflow' && !(name in PAGES)))(
    '%s runs the command of its name',
    (name) => {
      expect(readNotebook(join(folder, `${name}.py`)).command).toBe(name);
      expect(notebookWidgets(join(folder, `${name}.py`)).slice(0, 2)).toEqual(['config', 'lake']);
    },
  );

  it.each(Object.entries(PAGES))('%s shows the page on %s', (name, stage) => {
    const { command, widgets } = readNotebook(join(folder, `${name}.py`));
    expect([command, widgets.stage, widgets.output]).toEqual(['report explore', stage, `${name}.html`]);
  });

  it('full_scoring_workflow runs the batch scoring job', () => {
    const { command, widgets } = readNotebook(join(folder, 'full_scoring_workflow.py'));
    expect(command).toBe('jobs run batch-scoring');
    expect(widgets).toEqual({ target: 'local', param: '' });
  });
});

describe('parseNotebook', () => {
  const source = '# Databricks notebook source\ndbutils.widgets.text("from", "")\nrun_pm(dbutils, "score")\n';

  it('reads widgets with their defaults and the command', () => {
    expect(parseNotebook(source)).toEqual({ command: 'score', widgets: { from: '' } });
  });

  it('leaves out a widget that is commented away', () => {
    expect(parseNotebook(source.replace('dbutils.widgets', '# dbutils.widgets'))).toMatchObject({
      widgets: {},
    });
  });

  it.each([
    [source.slice(2), /does not begin with/],
    [source.replace('run_pm', 'run'), /0 times, not once/],
    [source + source.split('\n')[2], /2 times, not once/],
  ])('says what is wrong', (text, reason) => {
    expect(parseNotebook(text)).toMatch(reason);
  });
});
