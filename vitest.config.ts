import { defineConfig } from 'vitest/config';

/** unit: no network, no Python. integration: real servers and Python readers (see tools/python-env.ts). */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'pm-core',
          include: ['packages/pm-core/src/**/*.test.ts'],
          exclude: ['**/*.integration.test.ts'],
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'pm-mlops',
          include: ['packages/pm-mlops/src/**/*.test.ts'],
          exclude: ['**/*.integration.test.ts'],
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'integration',
          include: ['packages/*/src/**/*.integration.test.ts'],
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
    ],
  },
});
