import { resolve } from 'node:path';
import {
  type Column,
  type ColumnType,
  countText,
  DICTIONARY,
  type Table,
  UserError,
  type WorkflowConfig,
} from 'pm-core';
import type { TableEngine } from 'pm-core/engine';
import type { ExportFormat, Manifest } from 'pm-core/lake';
import { defineCommand } from '../command.ts';
import { formatTable } from '../text-table.ts';
import { UsageError } from '../usage-error.ts';

/** The tables whose columns are known before they are there. */
async function knownTables(config: WorkflowConfig): Promise<readonly Table[]> {
  if (config.kind === 'fleet') return Object.values(DICTIONARY);
  const { sampleTables } = await import('pm-core/tabular');
  return sampleTables(config);
}

/** What the columns of a table mean; those of results and feature tables by any name are known by theirs. */
async function columnMeanings(config: WorkflowConfig, name: string): Promise<ReadonlyMap<string, string>> {
  const { labeledFeatureTable } = await import('pm-core/features');
  const known = await knownTables(config);
  const own = known.filter((table) => table.name === name);
  const results = known.filter((table) => table.name === 'predictions');
  const features = config.kind === 'fleet' ? [labeledFeatureTable(config)] : [];
  const tables = own.length > 0 ? own : [...results, ...features];
  return new Map(tables.flatMap(({ columns }) => columns.map((column) => [column.name, column.meaning])));
}

export const tablesList = defineCommand({
  name: 'tables list',
  describe: 'the tables of the lake',
  examples: [['tables list --lake ./lake', 'names, rows and files']],
  options: {},
  async run(_args, context) {
    const { openLake } = await import('pm-core/lake');
    const { manifest, directory } = openLake(context.lakeDirectory, { clock: context.now });
    const tables = Object.entries(manifest.tables).map(([name, entry]) => ({
      name,
      rows: entry.rowCount,
      files: entry.files,
    }));
    const text = formatTable(tables, [
      { heading: 'table', cell: (table) => table.name },
      { heading: 'rows', align: 'right', cell: (table) => countText(table.rows) },
      {
        heading: 'file',
        cell: ({ files }) => (files.length > 1 ? `${files.length}, a month each` : files[0]!),
      },
    ]);
    return {
      json: { lake: directory, origin: manifest.origin, gridAnchor: manifest.gridAnchor, tables },
      text: tables.length === 0 ? `The lake ${directory} is empty. Next: pm ingest` : text,
    };
  },
});

export const tablesShow = defineCommand({
  name: 'tables show',
  describe: 'columns and first rows of a table',
  examples: [['tables show features --rows 3', 'the columns of the feature table and three rows']],
  options: {
    name: { type: 'string', positional: 'required', describe: 'table' },
    rows: { type: 'integer', default: 5, describe: 'rows to show' },
  },
  async run({ name, rows }, context) {
    const { identifier } = await import('pm-core/engine');
    const { readingLake } = await import('../../pipelines/base/workbench.ts');
    return readingLake(context, async ({ lake, engine }) => {
      const entry = tableEntry(lake.manifest, name);
      const columns = await describeColumns(engine, name);
      const meanings = await columnMeanings(context.config, name);
      const first = await engine.query(`SELECT * FROM ${identifier(name)} LIMIT ${rows}`);
      const text = formatTable(columns, [
        { heading: 'column', cell: (column) => column.name },
        { heading: 'type', cell: (column) => column.type },
        ...first.map((row, i) => ({
          heading: `row ${i + 1}`,
          align: 'right' as const,
          cell: (column: { name: string; type: string }) => String(row[column.name] ?? ''),
        })),
        { heading: 'meaning', cell: (column) => meanings.get(column.name) ?? '' },
      ]);
      const title = `${name}: ${countText(entry.rowCount)} rows`;
      return { json: { name, rowCount: entry.rowCount, columns, rows: first }, text: `${title}\n\n${text}` };
    });
  },
});

export const tablesExport = defineCommand({
  name: 'tables export',
  describe: 'a table as CSV, JSON or Parquet, rows in the order of its key',
  examples: [
    ['tables export features --format csv --output features.csv', 'into a file'],
    ['tables export predictions | head', 'to stdout'],
  ],
  options: {
    name: { type: 'string', positional: 'required', describe: 'table' },
    format: {
      type: 'string',
      choices: ['csv', 'json', 'parquet'],
      describe: 'format [csv; json with --json and without --output]',
    },
    output: { type: 'string', describe: 'file; stdout if not given' },
  },
  async run({ name, format: wanted, output }, context) {
    const mustBeJson = context.wantsJson && output === undefined;
    const format = wanted ?? (mustBeJson ? 'json' : 'csv');
    if (mustBeJson && format !== 'json')
      throw new UsageError(`--json and --format ${format} exclude each other without --output.`);
    const { exportTable } = await import('pm-core/lake');
    const { readingLake } = await import('../../pipelines/base/workbench.ts');
    return readingLake(context, async ({ lake, engine }) => {
      const { rowCount } = tableEntry(lake.manifest, name);
      const path = output === undefined ? undefined : resolve(context.cwd, output);
      await exportTable(
        engine,
        await tableOf(engine, context.config, name),
        format as ExportFormat,
        path ?? context.stdout,
      );
      if (path === undefined) return { json: undefined, text: '' };
      return {
        json: { name, format, output: path, rows: rowCount },
        text: `${countText(rowCount)} rows in ${path}`,
      };
    });
  },
});

/** The table as it is stored: feature and results tables may have any name. */
async function tableOf(engine: TableEngine, config: WorkflowConfig, name: string): Promise<Table> {
  const tables = await knownTables(config);
  const known = tables.find((table) => table.name === name);
  if (known !== undefined) return known;
  const columns = (await describeColumns(engine, name)).map(
    (column): Column => ({
      name: column.name,
      type: COLUMN_TYPES[column.type] ?? 'string',
      nullable: true,
      meaning: '',
    }),
  );
  const isResults = columns.some((column) => column.name === 'model_version');
  const results = tables.find((table) => table.name === 'predictions')!;
  return { name, key: isResults ? results.key : ['machine_id', 'window_end'], columns };
}

const COLUMN_TYPES: Readonly<Record<string, ColumnType>> = {
  double: 'double',
  float: 'double',
  integer: 'int',
  bigint: 'int',
  timestamp: 'timestamp',
};

/** @throws UserError `no-table` naming those that there are. */
function tableEntry(manifest: Manifest, name: string): Manifest['tables'][string] {
  const entry = manifest.tables[name];
  if (entry !== undefined) return entry;
  const names = Object.keys(manifest.tables);
  throw new UserError('no-table', `The lake has no table '${name}'.`, {
    next: names.length === 0 ? 'pm ingest' : `It has ${names.join(', ')}.`,
  });
}

async function describeColumns(engine: TableEngine, name: string): Promise<{ name: string; type: string }[]> {
  const { identifier } = await import('pm-core/engine');
  const rows = await engine.query(`DESCRIBE ${identifier(name)}`);
  return rows.map((row) => ({ name: String(row.column_name), type: String(row.column_type).toLowerCase() }));
}
