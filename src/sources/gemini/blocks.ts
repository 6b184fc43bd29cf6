/**
 * Block numbers inside one message. They do not depend on how much of the message is there yet: it is written again as its
 * tool calls finish, and every part keeps its place.
 */
export const MESSAGE_BLOCK = 1000
const CALL_BLOCK = 2000
const PLAN_BLOCK = 10_000
/** Messages of the list in a patch (`$set.messages`) come one after another in steps of this. */
export const LIST_STEP = 20_000

/** As many as there is room for up to the next kind of block, and in a 32-bit block number. */
export const MOST_THOUGHTS = MESSAGE_BLOCK
export const MOST_CALLS = 4000
export const MOST_LISTED = 100_000

export const callBlock = (index: number): number => CALL_BLOCK + 2 * index
export const resultBlock = (index: number): number => CALL_BLOCK + 2 * index + 1
export const planBlock = (index: number): number => PLAN_BLOCK + callBlock(index)

/** Which tool call a block of a call, a result or a plan belongs to. */
export function callIndex(block: number): number {
  return (((block >= PLAN_BLOCK ? block - PLAN_BLOCK : block) - CALL_BLOCK) & ~1) / 2
}
