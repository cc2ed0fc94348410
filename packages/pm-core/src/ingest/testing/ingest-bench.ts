import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDuckDb, type Row, type TableEngine } from '../../engine/index.ts';
import { type Lake, openLake } from '../../lake/index.ts';
import { type IngestOptions, type IngestReport, ingest } from '../index.ts';

/** A small whole source: two machines, of which one is '007', and an event of each kind. */
export const SOURCE: Readonly<Record<string, string>> = {
  'PdM_machines.csv': 'machineID,model,age\n10,model3,18\n007,model4,7\n',
  'PdM_telemetry.csv': `datetime,machineID,volt,rotate,pressure,vibration
2015-01-01 06:00:00,007,176.217853015625,418.504078221616,113.077935462083,45.0876857639276
2015-01-01 07:00:00,007,162.87922289706,402.747489565395,95.4605253823187,43.4139726834815
2015-01-01 06:30:00,10,170.989902405567,527.349825452291,75.2379048586662,34.1788471214451
`,
  'PdM_errors.csv': 'datetime,machineID,errorID\n2015-01-03 07:00:00,10,error1\n',
  'PdM_maint.csv': 'datetime,machineID,comp\n2014-06-01 06:00:00,10,comp2\n',
  'PdM_failures.csv': 'datetime,machineID,failure\n2015-01-05 06:00:00,007,comp4\n',
};

/** A temporary folder with sources, a lake and an engine, for tests. */
export interface IngestBench {
  readonly folder: string;
  readonly engine: TableEngine;
  readonly lake: Lake;
  /** Writes a folder of files (a null leaves one of {@link SOURCE} out) and returns its path. */
  source(files?: Record<string, string | Buffer | null>, name?: string): string;
  /** Ingests with every limit of rejected rows open, unless told. */
  ingest(source: string, options?: Partial<IngestOptions>): Promise<IngestReport>;
  /** Rows of a table of the lake in their stored order. */
  rows(table: string): Promise<Row[]>;
  close(): void;
}

export async function ingestBench(): Promise<IngestBench> {
  const folder = mkdtempSync(join(tmpdir(), 'pm-ingest-'));
  const engine = await openDuckDb({ threads: 2 });
  const lake = openLake(join(folder, 'lake'), { clock: () => new Date('2026-02-03T04:05:06Z') });
  return {
    folder,
    engine,
    lake,
    source(files = {}, name = 'source') {
      const path = join(folder, name);
      rmSync(path, { recursive: true, force: true });
      mkdirSync(path);
      for (const [file, content] of Object.entries({ ...SOURCE, ...files })) {
        if (content !== null) writeFileSync(join(path, file), content);
      }
      return path;
    },
    ingest: (source, options) =>
      ingest({
        source,
        lake,
        engine,
        config: { ingest: { maxRejectedFraction: 1 } },
        mode: 'new',
        ...options,
      }),
    async rows(table) {
      await lake.attach(engine);
      return engine.query(`SELECT * FROM ${table}`);
    },
    close() {
      engine.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
