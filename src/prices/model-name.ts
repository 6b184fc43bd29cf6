/** Bedrock, Vertex, gateways and routers name the vendor in front: `us.anthropic.`, `anthropic/`, an inference-profile ARN. */
const PREFIX =
  /^(?:.*\/)?(?:(?:us-gov|us|eu|apac|au|ca|jp|global)\.)?(?:anthropic\.|openai\.|google\.|databricks-(?=claude-))?/
/**
 * `[1m]`: the long-context form that Claude Code shows; `-v1:0`: Bedrock; `@20250929`, `@default`: Vertex; `:thinking`, `:beta`: forms of
 * a router that cost what the model does. `:free` and the like cost something else: they stay.
 */
const SUFFIX = /(?:\[[0-9a-z]+\]|-v\d+(?::\d+(?::\d+[a-z]*)?)?|@(?:\d{8}|default|latest)|:(?:thinking|beta))+$/
/** `-20250929` at Anthropic, `-2025-08-07` at OpenAI, `-latest`, `-0` for the first release of Claude 4. */
const RELEASE = /-(?:\d{8}|\d{4}-\d{2}-\d{2}|latest)$/

/**
 * The plain name under which a model is priced: `us.anthropic.claude-sonnet-4-5-20250929-v1:0`,
 * `claude-sonnet-4-5@20250929` and `anthropic/claude-sonnet-4.5` are all `claude-sonnet-4-5`.
 *
 * Only spellings are undone. A name that is new stays new: no model is ever priced as its neighbour.
 */
export function plainModelName(model: string): string {
  const bare = model.trim().toLowerCase().replace(PREFIX, '').replace(SUFFIX, '')
  const name = KEPT.has(bare) ? bare : bare.replace(RELEASE, '')
  return name.startsWith('claude-') ? claudeName(name) : name
}

/** Names in which `latest` is no release but the name. */
const KEPT = new Set(['codex-mini-latest'])

/** Family first from Claude 4 on, number first before: `claude-4.5-sonnet` is `claude-sonnet-4-5`, `claude-3.5-sonnet` keeps its order. */
function claudeName(name: string): string {
  const dashed = name.replace(/(\d)\.(\d)/g, '$1-$2')
  const turned = /^claude-(\d{1,2}(?:-\d{1,2})?)-([a-z]+)$/.exec(dashed)
  const ordered = turned && Number.parseInt(turned[1] ?? '', 10) >= 4 ? `claude-${turned[2]}-${turned[1]}` : dashed
  return ordered.replace(/^(claude-[a-z]+-\d{1,2})-0$/, '$1')
}
