import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

const { CI, VITEST_REPORT } = process.env;
/** CI machines are shared: what fails there is tried again, and the report says so. */
const retry = CI === 'true' ? 2 : 0;

/** pm-core and pm-mlops: no network, no Python. integration: real servers, Python readers, child processes. */
export default defineConfig({
  test: {
    // Many tests wait for servers: two at a time, also where there are two cores only.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    reporters: [
      CI === 'true' ? ['default', { summary: false }] : 'default',
      ...(VITEST_REPORT === undefined ? [] : [['json', { outputFile: VITEST_REPORT }] as const]),
    ],
    projects: [
      {
        test: {
          name: 'pm-core',
          include: ['packages/pm-core/src/**/*.test.ts'],
          exclude: ['**/*.integration.test.ts'],
          retry,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'pm-mlops',
          include: ['packages/pm-mlops/src/**/*.test.ts'],
          exclude: ['**/*.integration.test.ts'],
          retry,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'integration',
          include: ['packages/*/src/**/*.integration.test.ts'],
          retry,
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
    ],
  },
});
