import { simulateFleet, writeCsvFiles } from '../index.ts';

// Writes a fleet that takes minutes, and says so on stdout once its first machines are written.
const fleet = simulateFleet({ machines: 100_000, hours: 2000, seed: 1, start: '2015-01-01T06:00:00' });
await writeCsvFiles(fleet, process.argv[2]!, { onProgress: () => process.stdout.write('.') });
