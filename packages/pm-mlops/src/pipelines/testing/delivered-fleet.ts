import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FleetConfig } from 'pm-core';
import { openDuckDb } from 'pm-core/engine';
import { type IngestReport, ingest } from 'pm-core/ingest';
import { openLake } from 'pm-core/lake';
import type { Workbench } from '../base/workbench.ts';

/** Lines of one delivery by the file's stem without `PdM_`, as the public schema has them. */
export type Lines = Readonly<
  Partial<Record<'machines' | 'telemetry' | 'errors' | 'maint' | 'failures', readonly string[]>>
>;

const HEADERS = {
  machines: 'machineID,model,age',
  telemetry: 'datetime,machineID,volt,rotate,pressure,vibration',
  errors: 'datetime,machineID,errorID',
  maint: 'datetime,machineID,comp',
  failures: 'datetime,machineID,failure',
};

/** A lake that files arrive in, each delivery beside the earlier ones. */
export interface DeliveredFleet {
  readonly bench: Workbench;
  readonly config: FleetConfig;
  deliver(lines: Lines): Promise<IngestReport>;
  close(): void;
}

export async function deliveredFleet(): Promise<DeliveredFleet> {
  const folder = mkdtempSync(join(tmpdir(), 'pm-delivered-'));
  const source = join(folder, 'source');
  mkdirSync(source);
  const engine = await openDuckDb({ threads: 2 });
  const lake = openLake(join(folder, 'lake'), { clock: () => new Date('2026-02-03T04:05:06Z') });
  const lock = lake.lock('test');
  const split = { trainUntil: '2015-01-05T00:00:00', testFrom: '2015-01-20T00:00:00' };
  const config = FleetConfig.parse({ name: 'small', split, ingest: { maxRejectedFraction: 1 } });
  let count = 0;
  return {
    bench: { lake, engine },
    config,
    async deliver(lines) {
      count++;
      for (const [name, header] of Object.entries(HEADERS)) {
        const rows = lines[name as keyof Lines] ?? [];
        if (count === 1 || rows.length > 0)
          writeFileSync(join(source, `PdM_${name}-${count}.csv`), `${[header, ...rows].join('\n')}\n`);
      }
      const report = await ingest({ source, lake, engine, config, mode: 'new' });
      await lake.attach(engine);
      return report;
    },
    close() {
      lock.release();
      engine.close();
      rmSync(folder, { recursive: true });
    },
  };
}
