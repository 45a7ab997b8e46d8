import { defineConfig } from 'vitest/config';

// `unit` runs on the simulated kernel and in virtual time. `real` starts real
// processes and servers, `inspector` a real browser, so their files run one after the
// other.
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/real/**', 'test/inspector/**'],
          typecheck: { enabled: false },
        },
      },
      {
        test: {
          name: 'real',
          include: ['test/real/**/*.test.ts'],
          globalSetup: ['test/support/build.ts'],
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'inspector',
          include: ['test/inspector/**/*.test.ts'],
          globalSetup: ['test/support/build.ts'],
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
