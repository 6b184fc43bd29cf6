import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts', 'web/test/*.test.ts'],
    reporters: ['default', './scripts/count-reporter.mjs'],
    testTimeout: 20_000,
    hookTimeout: 60_000,
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
