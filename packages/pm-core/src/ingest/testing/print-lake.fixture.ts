import { openDuckDb } from '../../engine/index.ts';
import { openLake } from '../../lake/index.ts';
import { ingest } from '../index.ts';

// Ingests a folder (first argument) into a lake (second) and prints what the lake then says of time.
const [source, directory] = process.argv.slice(2);
const engine = await openDuckDb();
const lake = openLake(directory!, { clock: () => new Date(0) });
const report = await ingest({
  source: source!,
  lake,
  engine,
  config: { ingest: { maxRejectedFraction: 0 } },
  mode: 'new',
});
await lake.attach(engine);
const rows = await engine.query('SELECT * FROM telemetry UNION ALL BY NAME SELECT * FROM maintenance');
process.stdout.write(JSON.stringify([report, rows]));
engine.close();
