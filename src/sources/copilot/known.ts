import { countUnknown } from '../record.ts'
import type { Json } from '../record.ts'
import type { Batch } from '../batch.ts'

/** Events that say nothing a timeline needs: progress, settings, permissions, the system prompt. All are in the archive. */
export const QUIET_TYPES: ReadonlySet<string> = new Set([
  'assistant.intent',
  'assistant.turn_end',
  'assistant.turn_start',
  'hook.start',
  'model.call_failure',
  'permission.completed',
  'permission.requested',
  'session.auto_mode_resolved',
  'session.autopilot_objective_changed',
  'session.binary_asset',
  'session.compaction_start',
  'session.context_cleared',
  'session.handoff',
  'session.info',
  'session.mode_changed',
  'session.model_change',
  'session.permissions_changed',
  'session.plan_changed',
  'session.remote_steerable_changed',
  'session.session_limits_changed',
  'session.task_complete',
  'session.usage_checkpoint',
  'session.warning',
  'session.workspace_file_changed',
  'skill.invoked',
  'subagent.completed',
  'subagent.configured',
  'subagent.deselected',
  'subagent.failed',
  'subagent.selected',
  'subagent.started',
  'system.message',
  'tool_search.activated',
  'user_input.completed',
  'user_input.requested',
])

const ENVELOPE = new Set(['type', 'data', 'id', 'timestamp', 'parentId', 'ephemeral', 'agentId'])

/** Fields of `data` by type, where what they hold is read. */
const FIELDS: Readonly<Record<string, string>> = {
  'session.start':
    'sessionId version producer copilotVersion startTime selectedModel reasoningEffort reasoningSummary contextTier autoTier ' +
    'context alreadyInUse remoteSteerable detachedFromSpawningParentSessionId githubMcpToolConfig sessionLimits verbosity',
  'session.resume':
    'resumeTime eventCount eventsFileSizeBytes selectedModel reasoningEffort reasoningSummary contextTier autoTier context ' +
    'alreadyInUse remoteSteerable sessionWasActive sessionLimits continuePendingWork verbosity',
  'session.shutdown':
    'shutdownType errorReason totalPremiumRequests totalNanoAiu totalApiDurationMs sessionStartTime eventsFileSizeBytes ' +
    'codeChanges modelMetrics agentMetrics providerModelMetrics accountingSnapshot usageAccountingWatermarks currentModel ' +
    'currentTokens systemTokens conversationTokens toolDefinitionsTokens tokenDetails',
  'session.usage_record': 'usage',
  'session.compaction_complete':
    'success error statusCode trigger behaviorModelId checkpointNumber checkpointPath compactionTokensUsed conversationTokens ' +
    'customInstructions messagesRemoved postCompactionTokens preCompactionMessagesLength preCompactionTokens requestId ' +
    'serviceRequestId summaryContent systemTokens tokenLimit tokensRemoved toolDefinitionsTokens',
  'user.message':
    'content transformedContent messageId source attachments supportedNativeDocumentMimeTypes nativeDocumentPathFallbackPaths ' +
    'delivery interactionId turnId parentAgentTaskId agentMode isAutopilotContinuation crossSession inputIntegrity inputOrigin',
  'assistant.message':
    'messageId originatingMessageId model content toolRequests interactionId turnId reasoningText reasoningOpaque ' +
    'reasoningBlocks reasoningWireField encryptedContent outputTokens requestId serviceRequestId clientRequestId apiCallId rte ' +
    'parentToolCallId phase chunkCount chunkIndex citations serverTools fusion',
  'tool.execution_start':
    'toolCallId toolName arguments turnId model toolTitle shellToolInfo displayVerbatim rte parentToolCallId toolDescription ' +
    'mcpServerName mcpConfigServerName mcpTransport mcpConfigSource mcpToolName fusion',
  'tool.execution_complete':
    'toolCallId model interactionId turnId rte success result error fileEdits shellExecution toolTelemetry parentToolCallId ' +
    'isUserRequested sandboxed toolDescription mcpMeta fusion',
}

let known: Map<string, ReadonlySet<string>> | undefined

/** Counts fields that no version we know writes: additive drift shows before it matters. */
export function countUnknownFields(record: Json, type: string, data: Json, batch: Batch): void {
  known ??= new Map(Object.entries(FIELDS).map(([name, fields]) => [name, new Set(fields.split(' '))]))
  for (const field in record) if (!ENVELOPE.has(field)) countUnknown(batch, 'field:', field)
  const fields = known.get(type)
  if (fields === undefined) return
  for (const field in data) if (!fields.has(field)) countUnknown(batch, `field:${type}.`, field)
}
