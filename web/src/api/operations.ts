/** Types alone: nothing of the operations is in the page's script. */
export type { InputOf as Asked, OperationName, OutputOf as Reply } from '../../../src/operations/typed.ts'
