import { countText, RAW_TABLES, type RawTable } from 'pm-core';
import type { IngestReport } from 'pm-core/ingest';
import { defineCommand } from '../command.ts';
import { formatTable } from '../text-table.ts';
import { UsageError } from '../usage-error.ts';

export const ingest = defineCommand({
  name: 'ingest',
  describe: 'bring raw rows into the tables of the lake',
  examples: [
    ['ingest', "what is new from the lake's own origin; the simulator's default fleet into an empty lake"],
    [
      'ingest --source ./data',
      'PdM_machines.csv, PdM_telemetry.csv, … (also .csv.gz and .parquet) of a folder or URL',
    ],
    ['ingest --source s3://bucket/fleet', 'the same files in S3, or in Azure with abfss:// and wasbs://'],
    ['ingest --machines 1000 --replace', 'a simulated fleet in place of what the lake holds'],
  ],
  options: {
    source: { type: 'string', describe: 'folder or URL (http, https, s3, abfss, wasbs) of the files' },
    machines: { type: 'integer', least: 1, describe: 'size of the fleet to simulate, instead of a source' },
    append: { type: 'boolean', default: false, describe: 'merge another origin of the same fleet by key' },
    replace: {
      type: 'boolean',
      default: false,
      describe: 'another origin takes the place of all tables and predictions',
    },
    scoring: {
      type: 'boolean',
      default: false,
      describe: 'the rows are only to be scored: those of plain tables are left to pm score --source',
    },
    tables: {
      type: 'string',
      describe: `only these, such as telemetry,errors (of ${RAW_TABLES.join(', ')})`,
    },
  },
  async run({ source, machines, append, replace, scoring, tables }, context) {
    if (append && replace) throw new UsageError('--append and --replace exclude each other.');
    if (source !== undefined && machines !== undefined)
      throw new UsageError('--source and --machines exclude each other: rows are read or simulated.');
    if (scoring && context.config.kind === 'tabular') {
      const text = `pm score reads the rows to score of ${context.config.name} itself: nothing to do.`;
      return { json: { changed: false }, text };
    }
    const { ingestInto } = await import('../../pipelines/ingest.ts');
    const outcome = await ingestInto(context, {
      source,
      machines,
      onOtherOrigin: append ? 'append' : replace ? 'replace' : 'refuse',
      tables: tables === undefined ? undefined : tableNames(tables),
    });
    const { describeOrigin } = await import('pm-core/lake');
    if ('unchanged' in outcome) {
      const text = `The lake already holds all rows of ${describeOrigin(outcome.unchanged)}.`;
      return { json: { changed: false, origin: outcome.unchanged }, text };
    }
    return { json: outcome, text: reportText(outcome) };
  },
});

function tableNames(text: string): RawTable[] {
  return text.split(',').map((name) => {
    const known = RAW_TABLES.find((table) => table === name.trim());
    if (known !== undefined) return known;
    throw new UsageError(`--tables: '${name}' is not one of ${RAW_TABLES.join(', ')}.`);
  });
}

function reportText({ tables, rejects, notes }: IngestReport): string {
  const rows = formatTable(Object.entries(tables), [
    { heading: 'table', cell: ([table]) => table },
    { heading: 'rows in', align: 'right', cell: ([, { rowsIn }]) => countText(rowsIn) },
    { heading: 'new', align: 'right', cell: ([, table]) => countText(table.new) },
    { heading: 'late', align: 'right', cell: ([, { late }]) => countText(late) },
    { heading: 'corrected', align: 'right', cell: ([, { corrected }]) => countText(corrected) },
    { heading: 'unchanged', align: 'right', cell: ([, { unchanged }]) => countText(unchanged) },
    { heading: 'outdated', align: 'right', cell: ([, { outdated }]) => countText(outdated) },
    { heading: 'rejected', align: 'right', cell: ([, { rejected }]) => countText(rejected) },
    { heading: 'in the lake', align: 'right', cell: ([, { rowsInLake }]) => countText(rowsInLake) },
  ]);
  const known = Object.values(tables).flatMap(({ knownFiles }) => knownFiles);
  const passed =
    known.length === 0
      ? []
      : [
          `Known, not read again: ${known.slice(0, 5).join(', ')}${known.length > 5 ? ` and ${known.length - 5} more` : ''}.`,
        ];
  const refused = rejects.map(
    (one) =>
      `${one.source}:${one.firstLine}: ${one.reason} (${countText(one.count)} rows; see rejected_rows)`,
  );
  return [rows, ...passed, ...refused, ...notes].join('\n');
}
