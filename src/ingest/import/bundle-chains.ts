import { type ChainLink, CHAIN_START } from '../../domain/activity.ts'
import { isSoundLink } from '../../domain/sound-link.ts'
import type { ItemOf } from './bundle-items.ts'

/** A record's name and the session it wrote of; no name of a folder. */
const NAME = /^[\w-]{1,64}(?:\.[\w-]{1,64})?\/[0-9a-f-]{36}$/

/** Chains of one session as they came, and why they are not what they say they are. */
export interface CheckedChains {
  links: ChainLink[]
  wrong?: string
}

/**
 * Checks that each chain follows from its beginning to the head that its session names. What held a secret loses its content, as if it were erased: its
 * hash stays, so the chain still follows.
 *
 * @param redact a text without its secrets
 * @param at when it came, ISO
 */
export function checkChains(
  { chains }: Pick<ItemOf<'session'>, 'chains'>,
  items: readonly ItemOf<'activity'>[],
  redact: (text: string) => string,
  at: string,
): CheckedChains {
  const heads = new Map<string, { sequence: number; hash: string }>()
  const links: ChainLink[] = []
  for (const { session: _session, ...link } of items) {
    const { chain, sequence, previousHash, actor, action, target } = link
    const head = heads.get(chain) ?? { sequence: 0, hash: CHAIN_START }
    if (!NAME.test(chain) || sequence !== head.sequence + 1 || previousHash !== head.hash || !isSound(link))
      return { links: [], wrong: `entry ${sequence} of the log does not follow from the one before it` }
    const header = [actor, action, target].join('\n')
    if (redact(header) !== header) return { links: [], wrong: `entry ${sequence} of the log names a secret` }
    heads.set(chain, { sequence, hash: link.hash })
    const isClean = link.payload === null || redact(link.payload) === link.payload
    links.push(isClean ? link : { ...link, payload: null, salt: null, erasedAt: at })
  }
  const isWhole = chains.every(({ name, sequence, hash }) => {
    const head = heads.get(name)
    return head?.sequence === sequence && head.hash === hash
  })
  if (!isWhole || heads.size !== chains.length) return { links: [], wrong: 'the end of the log is missing' }
  return { links }
}

/** What was erased is so in a bundle too, and what was not is an object. */
function isSound(link: ChainLink): boolean {
  if (!isSoundLink(link)) return false
  return link.erasedAt === null ? isObject(link.payload ?? '') : link.payload === null && link.salt === null
}

function isObject(json: string): boolean {
  try {
    const value: unknown = JSON.parse(json)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
  } catch {
    return false
  }
}
