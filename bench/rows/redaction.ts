import { readFileSync } from 'node:fs'
import { createRedactor } from '../../src/archive/redaction/redactor.ts'
import { atLeast } from '../figure.ts'
import { transcriptFiles } from '../floors.ts'
import type { Row } from '../row.ts'

/** Redaction of all bytes, whole lines at a time, in one thread. */
export const redaction: Row = {
  name: 'redaction',
  async measure({ history, floors }) {
    const redact = createRedactor({ salt: new Uint8Array(32), enabled: true })
    const files = transcriptFiles(history.home)
    // The first calls are slow until they are compiled; a scan makes thousands.
    for (const file of files.slice(0, 40)) redact(readFileSync(file))
    let bytes = 0
    let ms = 0
    for (const file of files) {
      const lines = readFileSync(file)
      const started = performance.now()
      redact(lines)
      ms += performance.now() - started
      bytes += lines.length
    }
    const speed = bytes / 1e3 / ms
    return [
      {
        row: 'redaction',
        what: 'generated, one thread',
        value: speed,
        unit: 'MB/s',
        floor: 'reading the bytes',
        ratio: ms / floors.readMs,
        goal: atLeast(speed, 300, 'MB/s'),
      },
    ]
  },
}
