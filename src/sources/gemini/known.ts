import { countUnknown } from '../record.ts'
import type { Json } from '../record.ts'
import type { Batch } from '../batch.ts'

/** Fields that versions up to 0.61 write. */
const FIELDS = {
  message: 'id timestamp type content displayContent thoughts tokens model toolCalls',
  session:
    'sessionId projectHash startTime lastUpdated kind directories messages summary memoryScratchpad activeExtensionName',
}

/** Counts fields that no version we know writes: additive drift shows in `doctor` before it matters. */
export function countUnknownFields(of: keyof typeof FIELDS, record: Json, batch: Batch): void {
  const known = ` ${FIELDS[of]} `
  for (const field in record) if (!known.includes(` ${field} `)) countUnknown(batch, `field:${of}.`, field)
}
