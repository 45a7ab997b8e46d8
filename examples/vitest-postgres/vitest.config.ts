import { defineConfig } from 'vitest/config';

// The first test of a worker waits for a new cluster, which takes a second or two.
export default defineConfig({ test: { testTimeout: 120_000 } });
