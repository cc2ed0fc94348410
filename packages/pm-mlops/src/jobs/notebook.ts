import { readFileSync } from 'node:fs';

/** What a notebook of orchestrator-notebooks/ says in its source, read without running it. */
export interface Notebook {
  /** Words of the one pm command that it runs, such as `score` or `jobs run batch-scoring`. */
  readonly command: string;
  /** Widgets and their defaults, in the order of the source; a widget is a flag of the command. */
  readonly widgets: Readonly<Record<string, string>>;
}

const HEADER = '# Databricks notebook source';
const WIDGET = /^dbutils\.widgets\.text\("([^"]+)", "([^"]*)"/gm;
const COMMAND = /\brun_pm\(dbutils, "([^"]+)"\)/g;

/** Reads a notebook's source. What is wrong with it is a string for people. */
export function parseNotebook(source: string): Notebook | string {
  if (!source.startsWith(`${HEADER}\n`)) return `does not begin with the line '${HEADER}'`;
  const commands = [...source.matchAll(COMMAND)].map((match) => match[1]!);
  if (commands.length !== 1) return `calls run_pm(dbutils, "COMMAND") ${commands.length} times, not once`;
  const widgets = [...source.matchAll(WIDGET)].map((match) => [match[1]!, match[2]!] as const);
  return { command: commands[0]!, widgets: Object.fromEntries(widgets) };
}

/**
 * Reads a notebook file.
 * @throws Error when it is not one of ours; see {@link parseNotebook}.
 */
export function readNotebook(path: string): Notebook {
  const notebook = parseNotebook(readFileSync(path, 'utf8'));
  if (typeof notebook === 'string') throw new Error(`${path} ${notebook}`);
  return notebook;
}

/** Names of a notebook file's widgets: flags of its command as typed on a line, without the dashes. */
export function notebookWidgets(path: string): string[] {
  return Object.keys(readNotebook(path).widgets);
}
