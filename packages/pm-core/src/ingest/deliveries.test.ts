import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type IngestBench, ingestBench } from './testing/ingest-bench.ts';
import { merged, nothing, type SmallFile, type Statement } from './testing/merge-twin.ts';

let bench: IngestBench;
beforeAll(async () => {
  bench = await ingestBench();
});
afterAll(() => bench.close());

/** Two hours a month: telemetry has a file for each. */
const dayOf = (hour: number): string => `2015-0${1 + Math.floor(hour / 2)}-01`;

const textOf = ({ rows }: SmallFile): string =>
  [
    'datetime,machineID,volt,rotate,pressure,vibration',
    ...rows.map(({ hour, volt }) => `${dayOf(hour)} 0${hour}:00:00,${hour % 2 ? '007' : '10'},${volt},1,,1`),
    '',
  ].join('\n');

/** Ingests one delivery of telemetry, the first one into a lake that starts anew. */
async function deliver(files: readonly SmallFile[], isFirst: boolean) {
  const texts = files.map((file) => [`PdM_telemetry-${file.part}.csv`, textOf(file)]);
  const source = bench.source({ 'PdM_telemetry.csv': null, ...Object.fromEntries(texts) });
  const options = { mode: isFirst ? 'replace' : 'new', tables: ['machines', 'telemetry'] } as const;
  return (await bench.ingest(source, options)).tables.telemetry!;
}

async function stored(): Promise<Map<number, number>> {
  const rows = await bench.rows('telemetry');
  return new Map(rows.map((row) => [Number(String(row.measured_at).slice(12, 13)), Number(row.volt)]));
}

const statement: fc.Arbitrary<Statement> = fc.record({
  hour: fc.integer({ min: 0, max: 4 }),
  volt: fc.integer({ min: 1, max: 3 }),
});

it('any sequence of new files ends as one delivery of the final values', async () => {
  const rows = fc.uniqueArray(statement, { minLength: 1, maxLength: 5, selector: ({ hour }) => hour });
  await fc.assert(
    fc.asyncProperty(fc.array(rows, { minLength: 1, maxLength: 4 }), async (deliveries) => {
      for (const [i, one] of deliveries.entries()) await deliver([{ part: i, rows: one }], i === 0);
      const final = new Map(deliveries.flat().map(({ hour, volt }) => [hour, volt]));
      const found = JSON.stringify(await bench.rows('telemetry'));
      expect(await stored()).toEqual(final);
      await deliver([{ part: 0, rows: [...final].map(([hour, volt]) => ({ hour, volt })) }], true);
      expect(JSON.stringify(await bench.rows('telemetry'))).toBe(found);
    }),
    { numRuns: 10 },
  );
});

it('any deliveries of new, grown, changed and repeated files merge as the rule says', async () => {
  const file: fc.Arbitrary<SmallFile> = fc.record({
    part: fc.integer({ min: 0, max: 2 }),
    rows: fc.array(statement, { minLength: 1, maxLength: 4 }),
  });
  const delivery = fc.uniqueArray(file, { minLength: 1, maxLength: 3, selector: ({ part }) => part });
  await fc.assert(
    fc.asyncProperty(fc.array(delivery, { minLength: 1, maxLength: 5 }), async (deliveries) => {
      let twin = nothing;
      for (const [i, files] of deliveries.entries()) {
        const report = await deliver(files, i === 0);
        twin = merged(twin, files);
        expect(report).toMatchObject(twin.counts);
        expect(await stored()).toEqual(twin.lake);
      }
    }),
    { numRuns: 15 },
  );
});
