import { type ChainLink, chainText } from './activity.ts'
import { sha256 } from './sha256.ts'

/** Whether a row of the log is what its hash was made of. One whose content was erased is sound by its header alone. */
export function isSoundLink(link: ChainLink): boolean {
  if (sha256(chainText(link)) !== link.hash) return false
  if (link.erasedAt !== null) return true
  return link.payload !== null && link.salt !== null && sha256(link.salt + link.payload) === link.payloadHash
}
