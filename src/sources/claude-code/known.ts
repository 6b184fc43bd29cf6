import type { Batch } from '../batch.ts'
import { countUnknown } from '../record.ts'
import type { Json } from '../record.ts'

/** State lines: nothing in them belongs on the timeline. What they hold is in the archive. */
export const QUIET_TYPES = new Set([
  'agent-color',
  'agent-setting',
  'api-request',
  'api-request-blob',
  'api-request-shape',
  'atis-latch',
  'attribution-snapshot',
  'bridge-session',
  'content-replacement',
  'cost-state',
  'file-history-delta',
  'file-history-snapshot',
  'frame-link',
  'last-prompt',
  'mode',
  'permission-mode',
  'pr-link',
  'relocated',
  'result',
  'started',
  'tag',
  'task-summary',
  'tools-used',
  'worktree-state',
])

const COMMON =
  'parentUuid isSidechain userType cwd sessionId session_id version gitBranch type uuid timestamp entrypoint slug promptId agentId ' +
  'agentSlug permissionMode promptSource origin attributionAgent attributionMcpServer attributionMcpTool attributionPlugin ' +
  'attributionSkill effort message isMeta sessionKind requestId level content subtype teamName agentName forkedFrom'

const FIELDS: Record<string, Set<string>> = {
  user: fields(
    'toolUseResult sourceToolAssistantUUID sourceToolUseID isCompactSummary isVisibleInTranscriptOnly thinkingMetadata todos ' +
      'imagePasteIds planContent toolDenialKind interruptedMessageId interruptedByShutdown toolEndsTurn mcpMeta classifierMetaLines ' +
      'mcpCallNotReadOnly permissionDecision queueSkipAttachments rowSource sandboxed sentAtMs turnCompanion turnOrigin turnPosition',
  ),
  assistant: fields(
    'isApiErrorMessage error errorDetails apiErrorStatus costUSD durationMs isAbortedMidStream supersedesUuids contextWindowSize advisorModel ' +
      'apiBlockIndex apiError apiErrorType failedResponseHadNoToolCall madeBy perTurnEffort promptCacheRequested requestedModel ' +
      'requestRef requestSessionId thinkingDisplay thinkingDurationMs toolInputStreamMs',
  ),
  system: fields(
    'logicalParentUuid compactMetadata microcompactMetadata toolUseID durationMs messageCount hookCount hookInfos hookErrors ' +
      'hookAdditionalContext preventedContinuation stopReason hasOutput error cause maxRetries retryAttempt retryInMs source ' +
      'direction trigger originalModel fallbackModel apiRefusalCategory apiRefusalExplanation refusedUserMessageUuid ' +
      'retractedMessageUuids pendingBackgroundAgentCount commands url',
  ),
  attachment: fields('attachment rendered renderedBesideToolResult renderedRole'),
}

function fields(own: string): Set<string> {
  return new Set([...COMMON.split(' '), ...own.split(' ')])
}

/** Counts fields that no version we know writes: additive drift shows in `doctor` before it matters. */
export function countUnknownFields(record: Json, batch: Batch): void {
  const type = record.type as string
  const known = FIELDS[type]!
  for (const field in record) if (!known.has(field)) countUnknown(batch, `field:${type}.`, field)
}
