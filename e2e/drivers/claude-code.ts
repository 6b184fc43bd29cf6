import type { Driver } from './driver.ts'

/** On a terminal it asks once for each key that it finds, which it knows by its last twenty characters. */
const KEY = 'sk-none'

export const claudeCode: Driver = {
  id: 'claude-code',
  name: 'Claude Code',
  command: 'claude',
  package: '@anthropic-ai/claude-code',
  version: '2.1.197',
  program: (platform) => `@anthropic-ai/claude-code-${platform}/claude`,
  protocol: 'anthropic',
  prepare(world) {
    world.write(
      '.claude.json',
      JSON.stringify({
        hasCompletedOnboarding: true,
        theme: 'dark',
        bypassPermissionsModeAccepted: true,
        customApiKeyResponses: { approved: [KEY], rejected: [] },
        projects: { [world.project]: { hasTrustDialogAccepted: true, hasCompletedProjectOnboarding: true } },
      }),
    )
    world.write('.claude/settings.json', JSON.stringify({ skipDangerousModePermissionPrompt: true }))
  },
  words,
  resumed: (prompt, session) => [...words(prompt), '--resume', session],
  forked: (prompt, session) => [...words(prompt), '--resume', session, '--fork-session'],
  compacted: (prompt, session) => [
    [...words('/compact'), '--resume', session],
    [...words(prompt), '--resume', session],
  ],
  packaged: (agents) => [
    ['plugin', 'marketplace', 'add', agents],
    ['plugin', 'install', 'daybook@daybook'],
  ],
  typed: {
    words: ['--permission-mode', 'bypassPermissions'],
    isReady: (shown) => shown.includes('bypass') && shown.includes('permissions'),
  },
  env: (modelUrl) => ({
    ANTHROPIC_API_KEY: KEY,
    ANTHROPIC_BASE_URL: modelUrl,
    // It refuses to run without questions as root where nothing says that this is a place for that.
    IS_SANDBOX: '1',
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    DISABLE_TELEMETRY: '1',
    DISABLE_AUTOUPDATER: '1',
    DISABLE_ERROR_REPORTING: '1',
  }),
}

function words(prompt: string): string[] {
  return ['-p', prompt, '--permission-mode', 'bypassPermissions']
}
