import type { Driver } from './driver.ts'

/** Nobody is there to approve the hooks, as a person does once under /hooks. */
const UNASKED = ['--dangerously-bypass-approvals-and-sandbox', '--dangerously-bypass-hook-trust']

export const codex: Driver = {
  id: 'codex',
  name: 'Codex',
  command: 'codex',
  package: '@openai/codex',
  version: '0.169.0',
  program: () => '.bin/codex',
  protocol: 'responses',
  prepare(world, modelUrl) {
    world.write(
      '.codex/config.toml',
      `model = "gpt-5.4"
model_provider = "script"
approval_policy = "never"
sandbox_mode = "danger-full-access"

[model_providers.script]
name = "script"
base_url = "${modelUrl}/v1"
env_key = "SCRIPT_KEY"
wire_api = "responses"
request_max_retries = 1
stream_max_retries = 1

[analytics]
enabled = false

[projects."${world.project}"]
trust_level = "trusted"
`,
    )
  },
  words: (prompt) => ['exec', ...UNASKED, prompt],
  resumed: (prompt, session) => ['exec', 'resume', ...UNASKED, session, prompt],
  packaged: (agents) => [
    ['plugin', 'marketplace', 'add', agents],
    ['plugin', 'add', 'daybook@daybook'],
  ],
  // What is there already is more than that.
  compacted: (prompt, session) => [
    ['exec', 'resume', ...UNASKED, '-c', 'model_auto_compact_token_limit=3000', session, prompt],
  ],
  writesSummaries: true,
  forked: (prompt, session) => ['exec', 'fork', ...UNASKED, session, prompt],
  env: () => ({ SCRIPT_KEY: 'none' }),
}
