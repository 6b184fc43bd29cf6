import type { Random } from './random.ts'
import type { Vocabulary } from './vocabulary.ts'

export interface ConversationOptions {
  random: Random
  vocabulary: Vocabulary
  session: string
  cwd: string
  startMs: number
  /** About how large it becomes. */
  bytes: number
}

export interface Conversation {
  lines: string[]
  endMs: number
  subagents: { id: string; title: string; callId: string; lines: string[]; endMs: number }[]
}

const MODELS = [
  'claude-sonnet-4-5-20250929',
  'claude-opus-4-6',
  'claude-opus-4-8',
  'claude-haiku-4-5-20251001',
  'claude-sonnet-5',
  'claude-opus-5',
]

/** One session in the shape of Claude Code 2.1: a line per content block, results with their structured twin, subagents. */
export function createConversation(options: ConversationOptions): Conversation {
  const writer = createWriter(options)
  const { random } = options
  while (writer.bytes() < options.bytes) {
    writer.prompt()
    const steps = 1 + random.below(9)
    for (let n = 0; n < steps && writer.bytes() < options.bytes; n++) writer.step()
    writer.answer()
  }
  return writer.done()
}

function createWriter(
  { random, vocabulary, session, cwd, startMs, bytes: limit }: ConversationOptions,
  agentId?: string,
) {
  const lines: string[] = []
  const subagents: Conversation['subagents'] = []
  const model = random.pick(MODELS)
  let size = 0
  let atMs = startMs
  let parent: string | null = null
  let context = 12_000

  const add = (type: string, fields: Record<string, unknown>): string => {
    const uuid = random.uuid()
    atMs += 200 + random.below(9_000)
    const line = JSON.stringify({
      parentUuid: parent,
      isSidechain: agentId !== undefined,
      userType: 'external',
      cwd,
      sessionId: session,
      version: '2.1.197',
      gitBranch: 'main',
      ...(agentId === undefined ? {} : { agentId }),
      type,
      ...fields,
      uuid,
      timestamp: new Date(atMs).toISOString(),
    })
    lines.push(line)
    size += line.length + 1
    parent = uuid
    return uuid
  }

  const response = (blocks: Record<string, unknown>[]): void => {
    const id = `msg_01${random.hex(22)}`
    const requestId = `req_011${random.hex(21)}`
    const written = random.below(3_000)
    const usage = {
      input_tokens: 3 + random.below(20),
      cache_creation_input_tokens: written,
      cache_read_input_tokens: context,
      cache_creation: { ephemeral_5m_input_tokens: written, ephemeral_1h_input_tokens: 0 },
      output_tokens: 40 + random.below(900),
      service_tier: 'standard',
    }
    context = Math.min(180_000, context + written)
    for (const block of blocks) {
      const message = {
        model,
        id,
        type: 'message',
        role: 'assistant',
        content: [block],
        stop_reason: null,
        stop_sequence: null,
        usage,
      }
      add('assistant', { message, requestId })
    }
  }

  const call = (
    name: string,
    input: Record<string, unknown>,
    output: string,
    twin: Record<string, unknown>,
    failed = false,
  ): string => {
    const id = `toolu_01${random.hex(22)}`
    const first = random.below(3) === 0 ? [{ type: 'text', text: vocabulary.sentence() }] : []
    response([...first, { type: 'tool_use', id, name, input }])
    const block = { tool_use_id: id, type: 'tool_result', content: output, ...(failed ? { is_error: true } : {}) }
    add('user', { message: { role: 'user', content: [block] }, toolUseResult: failed ? `Error: ${output}` : twin })
    return id
  }

  const steps = [
    () => {
      const failed = random.below(8) === 0
      const stdout = vocabulary.log(random.skewed(1_800))
      const output = failed ? `Exit code 1\n${stdout}` : stdout
      const command =
        random.pick(['npm test -- ', 'git log --stat ', 'grep -rn ', 'node scripts/', 'cat ']) + vocabulary.path()
      call(
        'Bash',
        { command, description: vocabulary.sentence() },
        output,
        { stdout, stderr: '', interrupted: false, isImage: false },
        failed,
      )
    },
    () => {
      const file = vocabulary.path()
      const content = vocabulary.code(random.skewed(2_400))
      const numbered = content
        .split('\n')
        .map((line, n) => `${String(n + 1).padStart(6)}\t${line}`)
        .join('\n')
      call('Read', { file_path: `${cwd}/${file}` }, numbered, {
        type: 'text',
        file: { filePath: `${cwd}/${file}`, content, numLines: 80, startLine: 1, totalLines: 80 },
      })
    },
    () => {
      const file = `${cwd}/${vocabulary.path()}`
      const before = vocabulary.code(random.skewed(300))
      const after = vocabulary.code(random.skewed(360))
      const patch = [
        {
          oldStart: 10,
          oldLines: 4,
          newStart: 10,
          newLines: 5,
          lines: [...before.split('\n').map((line) => `-${line}`), ...after.split('\n').map((line) => `+${line}`)],
        },
      ]
      call('Edit', { file_path: file, old_string: before, new_string: after }, `The file ${file} has been updated.`, {
        filePath: file,
        oldString: before,
        newString: after,
        structuredPatch: patch,
        userModified: false,
        replaceAll: false,
      })
    },
    () => {
      const found = vocabulary.log(random.skewed(500))
      call('Grep', { pattern: vocabulary.identifier(), path: cwd }, found, {
        mode: 'content',
        content: found,
        numLines: 20,
      })
    },
  ]

  return {
    bytes: () => size,
    prompt() {
      atMs += random.skewed(90_000)
      add('user', { message: { role: 'user', content: vocabulary.prose(random.skewed(220)) }, promptSource: 'typed' })
    },
    step() {
      const roll = random.below(60)
      if (roll === 0 && agentId === undefined && limit > 30_000) return delegate()
      if (roll < 8)
        response([
          {
            type: 'thinking',
            thinking: vocabulary.prose(random.skewed(400)),
            signature: Buffer.from(random.hex(240)).toString('base64'),
          },
        ])
      random.pick(steps)()
    },
    answer() {
      response([{ type: 'text', text: vocabulary.prose(random.skewed(700)) }])
    },
    done(): Conversation {
      return { lines, endMs: atMs, subagents }
    },
  }

  function delegate(): void {
    const title = vocabulary.sentence().slice(0, 60)
    const id = random.hex(16)
    const childBytes = Math.min(60_000, limit / 4)
    const child = createWriter({ random, vocabulary, session, cwd, startMs: atMs, bytes: childBytes }, id)
    child.prompt()
    while (child.bytes() < childBytes) child.step()
    child.answer()
    const made = child.done()
    const answer = vocabulary.prose(500)
    const callId = call('Task', { description: title, prompt: title, subagent_type: 'general-purpose' }, answer, {
      status: 'completed',
      agentId: id,
      content: [{ type: 'text', text: answer }],
      totalTokens: 20_000,
    })
    subagents.push({ id, title, callId, lines: made.lines, endMs: made.endMs })
  }
}
