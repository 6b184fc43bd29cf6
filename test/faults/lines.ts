/** Lines of a transcript as Claude Code writes them, made by hand and small. */

let made = 0

/** A line with a prompt of the user's. */
export function prompt(text: string, more: Record<string, unknown> = {}): string {
  made++
  const seconds = String(made % 60).padStart(2, '0')
  const minutes = String(Math.floor(made / 60) % 60).padStart(2, '0')
  return `${JSON.stringify({
    parentUuid: null,
    isSidechain: false,
    userType: 'external',
    cwd: '/code/tides',
    sessionId: '7f3a91c4-0b2e-4d87-a6f1-3c95d2e8407b',
    version: '2.1.44',
    gitBranch: 'main',
    type: 'user',
    message: { role: 'user', content: text },
    uuid: `00000000-0000-4000-8000-${made.toString(16).padStart(12, '0')}`,
    timestamp: `2026-11-02T10:${minutes}:${seconds}.000Z`,
    ...more,
  })}\n`
}

/** Several prompts, a line each. */
export function prompts(count: number, text = 'move the tide table'): string {
  return Array.from({ length: count }, (_, place) => prompt(`${text} ${place + 1}`)).join('')
}
