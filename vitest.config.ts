import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    reporters: ['default', './test/refuse-skips.ts'],
    projects: [
      {
        test: {
          name: 'unit',
          include: ['src/**/*.test.ts', 'web/**/*.test.ts', 'test/house.test.ts'],
          setupFiles: ['./test/repeatable-properties.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: 'system',
          include: ['test/**/*.test.ts'],
          exclude: ['test/house.test.ts'],
          globalSetup: ['./test/page/build-page.ts'],
          testTimeout: 180_000,
          hookTimeout: 240_000,
          // Most of their time is waiting for servers; more than two at once would starve them.
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
