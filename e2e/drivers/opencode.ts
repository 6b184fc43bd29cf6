import type { Driver } from './driver.ts'

export const opencode: Driver = {
  id: 'opencode',
  name: 'OpenCode',
  command: 'opencode',
  package: 'opencode-ai',
  version: '1.18.33',
  program: (platform) => `opencode-${platform}/bin/opencode`,
  protocol: 'chat',
  prepare(world, modelUrl) {
    const model = { name: 'Script', tool_call: true, reasoning: true, limit: { context: 200_000, output: 8000 } }
    const options = { baseURL: `${modelUrl}/v1`, apiKey: 'none' }
    const script = { npm: '@ai-sdk/openai-compatible', name: 'Script', options, models: { script: model } }
    world.write(
      '.config/opencode/opencode.json',
      JSON.stringify({
        autoupdate: false,
        share: 'disabled',
        model: 'script/script',
        small_model: 'script/script',
        provider: { script },
        permission: { edit: 'allow', bash: 'allow' },
      }),
    )
  },
  words: (prompt) => ['run', '--auto', prompt],
  resumed: (prompt, session) => ['run', '--auto', '--session', session, prompt],
  forked: (prompt, session) => ['run', '--auto', '--session', session, '--fork', prompt],
  // A call that runs is a row that is waited for until it rests.
  writesCallsWhenDone: true,
  writesTokensWhenDone: true,
  // It quotes an argument with spaces.
  asWritten: (prompt) => `"${prompt}"`,
  env: () => ({
    // Without a network it would try for a minute to install what it does not need.
    npm_config_fetch_retries: '0',
    npm_config_fetch_retry_mintimeout: '1',
    OPENCODE_DISABLE_AUTOUPDATE: '1',
    OPENCODE_DISABLE_MODELS_FETCH: '1',
    OPENCODE_DISABLE_LSP_DOWNLOAD: '1',
    OPENCODE_DISABLE_DEFAULT_PLUGINS: '1',
  }),
}
