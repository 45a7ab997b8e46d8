import { defineConfig } from 'vitest/config';

export default defineConfig({ test: { globalSetup: './services.ts', testTimeout: 60_000 } });
