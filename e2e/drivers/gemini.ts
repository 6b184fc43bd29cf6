import type { Driver } from './driver.ts'

export const gemini: Driver = {
  id: 'gemini',
  name: 'Gemini CLI',
  command: 'gemini',
  package: '@google/gemini-cli',
  version: '0.61.0',
  program: () => '.bin/gemini',
  protocol: 'gemini',
  prepare(world) {
    world.write(
      '.gemini/settings.json',
      JSON.stringify({
        security: { auth: { selectedType: 'gemini-api-key' }, folderTrust: { enabled: false } },
        privacy: { usageStatisticsEnabled: false },
        general: { enableAutoUpdate: false },
        telemetry: { enabled: false },
      }),
    )
  },
  words,
  writesCallsWhenDone: true,
  packaged: (agents) => [['extensions', 'install', `${agents}/gemini`, '--consent']],
  resumed: (prompt, session) => ['--resume', session, ...words(prompt)],
  env: (modelUrl) => ({
    GEMINI_API_KEY: 'none',
    GOOGLE_GEMINI_BASE_URL: modelUrl,
    GEMINI_CLI_TRUST_WORKSPACE: 'true',
  }),
}

function words(prompt: string): string[] {
  return ['--approval-mode', 'yolo', '-m', 'gemini-2.5-pro', '-p', prompt]
}
