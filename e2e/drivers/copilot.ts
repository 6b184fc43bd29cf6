import type { Driver } from './driver.ts'

export const copilot: Driver = {
  id: 'copilot',
  name: 'Copilot CLI',
  command: 'copilot',
  package: '@github/copilot',
  version: '1.0.102',
  program: () => '.bin/copilot',
  protocol: 'chat',
  prepare(world) {
    world.write('.copilot/config.json', JSON.stringify({ trusted_folders: [world.project] }))
  },
  words,
  subagentsInside: true,
  resumed: (prompt, session) => [`--resume=${session}`, ...words(prompt)],
  env: (modelUrl) => ({
    COPILOT_OFFLINE: 'true',
    COPILOT_AUTO_UPDATE: 'false',
    COPILOT_MODEL: 'claude-sonnet-4.6',
    COPILOT_PROVIDER_BASE_URL: `${modelUrl}/v1`,
    COPILOT_PROVIDER_TYPE: 'openai',
    COPILOT_PROVIDER_WIRE_API: 'completions',
    COPILOT_PROVIDER_API_KEY: 'none',
  }),
}

function words(prompt: string): string[] {
  return ['--allow-all-tools', '--allow-all-paths', '--no-color', '-p', prompt]
}
