import { writeFileSync } from 'node:fs'

/** Leaves the counts of a run for `scripts/test.mjs`. A file that cannot be loaded counts as one failure. */
export default class CountReporter {
  onTestRunEnd(modules, errors) {
    const counts = { passed: 0, failed: errors.length, skipped: 0 }
    for (const module of modules) {
      counts.failed += module.errors().length
      for (const test of module.children.allTests()) {
        const { state } = test.result()
        if (state in counts) counts[state] += 1
      }
    }
    if (process.env.DAYBOOK_TEST_COUNTS) writeFileSync(process.env.DAYBOOK_TEST_COUNTS, JSON.stringify(counts))
  }
}
