// Runs docs/story.md, each command in its order, and writes what they print: node test/story.ts
import { readFileSync, writeFileSync } from 'node:fs'
import { shellWords } from './commands-in-docs.ts'
import { MINUTE, workWorld } from './work-world.ts'

const PAGE = new URL('../docs/story.md', import.meta.url)

/**
 * The page with what its commands print now. In a `console` block a command stands behind `$`, what it printed follows; `# 25m later`
 * lets time pass, `# another terminal` opens one.
 */
export async function toldAnew(page: string): Promise<string> {
  const world = await workWorld()
  const told: string[] = []
  let terminal = 1
  let inBlock = false
  for (const line of page.split('\n')) {
    if (line.startsWith('```')) inBlock = line === '```console'
    const later = /^# (\d+)m later/.exec(line)?.[1]
    const command = inBlock ? /^\$ (.*)$/.exec(line)?.[1] : undefined
    if (!inBlock || command !== undefined || /^(```|# )/.test(line)) told.push(line)
    if (inBlock && later !== undefined) world.now += Number(later) * MINUTE
    if (inBlock && line.includes('another terminal')) terminal++
    if (command === undefined) continue
    const { stdout, stderr, code } = await world.run(shellWords(command).slice(1), { terminal: String(terminal) })
    told.push(...`${stdout}${stderr}`.trimEnd().split('\n'))
    if (code !== 0) told.push(`(exit ${code})`)
  }
  await world.close()
  return told.join('\n')
}

export function storyPage(): string {
  return readFileSync(PAGE, 'utf8')
}

if (import.meta.main) writeFileSync(PAGE, await toldAnew(storyPage()))
