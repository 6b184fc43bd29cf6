import { defineConfig } from 'vitest/config'

const patience = { testTimeout: 20_000, hookTimeout: 60_000 }

export default defineConfig({
  test: {
    projects: [
      { test: { ...patience, name: 'node', include: ['src/**/*.test.ts', 'test/**/*.test.ts'] } },
      // Its files have one process, and so one browser.
      { test: { ...patience, name: 'web', include: ['web/test/*.test.ts'], isolate: false, maxWorkers: 1 } },
    ],
    reporters: ['default', './scripts/count-reporter.mjs'],
    coverage: {
      provider: 'v8',
      include: ['src/**/*.ts'],
      exclude: [
        'src/**/*.test.ts',
        'src/**/*.contract.ts',
        'src/**/testing.ts',
        'src/**/fixtures/**',
        'src/*-worker.ts',
        'src/bin.ts',
      ],
      reporter: ['text-summary'],
      thresholds: { lines: 80, functions: 80, branches: 80, statements: 80 },
    },
  },
})
