import type { Call } from './story.ts'
import { patch, type WorkingTree } from './working-tree.ts'

/** A call as Claude Code 2.1 records it: the input, what the model reads, and the structured result beside it. */
export interface PlayedCall {
  input: Record<string, unknown>
  content: string
  failed: boolean
  result: unknown
}

/** Plays a call on the tree: edits change it, reads and searches show what is there. `Agent` is played by its caller. */
export function play(call: Exclude<Call, { tool: 'Agent' }>, tree: WorkingTree, cwd: string): PlayedCall {
  const at = (path: string): string => (path === '.' ? cwd : `${cwd}/${path}`)
  switch (call.tool) {
    case 'Read':
      return readFile(at(call.path), tree.get(call.path))
    case 'Grep': {
      const found = tree.search(call.pattern, call.path).join('\n')
      const input = { pattern: call.pattern, path: at(call.path), output_mode: 'content', '-n': true }
      const numLines = found === '' ? 0 : found.split('\n').length
      return ok(input, found || 'No matches found', {
        mode: 'content',
        numFiles: 0,
        filenames: [],
        content: found,
        numLines,
      })
    }
    case 'Glob': {
      const filenames = call.found.map(at)
      const result = { filenames, durationMs: call.ms, numFiles: filenames.length, truncated: false }
      return ok({ pattern: call.pattern }, filenames.join('\n'), result)
    }
    case 'Edit':
      return editFile(at(call.path), call, tree)
    case 'Write':
      return writeFile(at(call.path), call, tree)
    case 'Bash':
      return runCommand(call)
    case 'TaskCreate':
    case 'TaskUpdate':
      return changeTask(call)
    case 'ExitPlanMode':
      return ok({ plan: call.plan }, 'User has approved your plan. You can now start coding.', {
        plan: call.plan,
        isAgent: false,
      })
  }
}

function ok(input: Record<string, unknown>, content: string, result: unknown): PlayedCall {
  return { input, content, failed: false, result }
}

function readFile(filePath: string, content: string): PlayedCall {
  const lines = content.split('\n')
  const numbered = lines.map((line, index) => `${index + 1}\t${line}`).join('\n')
  const file = { filePath, content, numLines: lines.length, startLine: 1, totalLines: lines.length }
  return ok({ file_path: filePath }, numbered, { type: 'text', file })
}

function editFile(filePath: string, call: Extract<Call, { tool: 'Edit' }>, tree: WorkingTree): PlayedCall {
  const originalFile = tree.get(call.path)
  tree.replace(call.path, call.before, call.after)
  const input = { replace_all: false, file_path: filePath, old_string: call.before, new_string: call.after }
  return ok(input, `The file ${filePath} has been updated successfully.`, {
    filePath,
    oldString: call.before,
    newString: call.after,
    originalFile,
    structuredPatch: patch(originalFile, tree.get(call.path)),
    userModified: false,
    replaceAll: false,
  })
}

function writeFile(filePath: string, call: Extract<Call, { tool: 'Write' }>, tree: WorkingTree): PlayedCall {
  const original = tree.find(call.path)
  tree.put(call.path, call.content)
  const created = original === undefined
  const says = created
    ? `File created successfully at: ${filePath}`
    : `The file ${filePath} has been updated successfully.`
  return ok({ file_path: filePath, content: call.content }, says, {
    type: created ? 'create' : 'update',
    filePath,
    content: call.content,
    structuredPatch: created ? [] : patch(original, call.content),
    originalFile: original ?? null,
    userModified: false,
  })
}

function runCommand(call: Extract<Call, { tool: 'Bash' }>): PlayedCall {
  const input = { command: call.command, description: call.says }
  if (call.exit !== 0) {
    const content = `Exit code ${call.exit}\n${call.output}`
    return { input, content, failed: true, result: `Error: ${content}` }
  }
  const result = { stdout: call.output, stderr: '', interrupted: false, isImage: false, noOutputExpected: false }
  return ok(input, call.output, result)
}

function changeTask(call: Extract<Call, { tool: 'TaskCreate' | 'TaskUpdate' }>): PlayedCall {
  if (call.tool === 'TaskCreate') {
    // The number is only in the result: the recorder fills it in.
    const input = { subject: call.subject, description: call.subject, activeForm: call.doing }
    return ok(input, `Task #? created successfully: ${call.subject}`, { task: { id: '?', subject: call.subject } })
  }
  return ok({ taskId: String(call.task), status: call.to }, `Updated task #${call.task} status`, {
    success: true,
    taskId: String(call.task),
    updatedFields: ['status'],
    statusChange: { from: call.from, to: call.to },
  })
}
