import type { InputOf, OperationName, OutputOf } from '../operations/typed.ts'

type Head<Name extends string> = Name extends `${infer First}.${string}` ? First : Name
type Under<Name extends string, Path extends string> = Name extends `${Path}.${infer Rest}` ? Rest : never

/** What an operation is as a function: without an argument where nothing has to be said. */
export type Method<Name extends OperationName> =
  Record<string, never> extends InputOf<Name>
    ? (input?: InputOf<Name>) => Promise<OutputOf<Name>>
    : (input: InputOf<Name>) => Promise<OutputOf<Name>>

type Below<Path extends string> = {
  [Next in Head<Under<OperationName, Path>>]: Node<`${Path}.${Next}`>
}
type Node<Path extends string> = (Path extends OperationName ? Method<Path> : unknown) & Below<Path>

/** The catalogue as functions: `ticket.show` is `book.ticket.show(...)`. */
export type Methods = { [First in Head<OperationName>]: Node<First> }

/** Makes the functions of these names, each of which calls `call`. */
export function methodsOf(
  names: readonly string[],
  call: (name: string, input: Record<string, unknown>) => Promise<unknown>,
): Methods {
  const root: Tree = {}
  // Shorter ones first: what is above is there when what is below it is put on it.
  for (const name of names.toSorted((a, b) => a.length - b.length)) {
    const path = name.split('.')
    const last = path.pop() as string
    const above = path.reduce<Tree>((tree, word) => (tree[word] ??= {}) as Tree, root)
    above[last] = Object.assign((given: Record<string, unknown> = {}) => call(name, given), above[last])
  }
  return root as unknown as Methods
}

interface Tree {
  [word: string]: unknown
}
