import { defineCommand, field } from '../command.ts'
import { EXIT } from '../exit-codes.ts'
import type { TreeCommand } from '../completion/tree.ts'

const SHELLS = ['bash', 'zsh', 'fish', 'powershell'] as const
type Shell = (typeof SHELLS)[number]

const SCRIPTS: Record<Shell, () => Promise<(tree: readonly TreeCommand[]) => string>> = {
  bash: async () => (await import('../completion/bash.ts')).bashScript,
  zsh: async () => (await import('../completion/zsh.ts')).zshScript,
  fish: async () => (await import('../completion/fish.ts')).fishScript,
  powershell: async () => (await import('../completion/powershell.ts')).powershellScript,
}

/** `daybook completion SHELL`: a script made of the command tree. Opens no store. */
export const completion = defineCommand({
  fields: [field('shell', 'choice', 'the shell to write it for', { choices: SHELLS, required: true })],
  args: ['shell'],
  examples: [
    { command: 'daybook completion bash', says: 'then eval "$(daybook completion bash)" in ~/.bashrc' },
    { command: 'daybook completion fish', says: 'into ~/.config/fish/completions/daybook.fish' },
  ],
  seeAlso: [],
  async run({ io, out, values, json, commands }) {
    const { commandTree } = await import('../completion/tree.ts')
    const tree = await commandTree(commands)
    const script = await SCRIPTS[values['shell'] as Shell]()
    if (json) out.json({ shell: values['shell'], script: script(tree) })
    // As it is: what a shell reads is not cleaned, and holds nothing that anybody else wrote.
    else io.stdout.write(script(tree))
    return EXIT.ok
  },
})
