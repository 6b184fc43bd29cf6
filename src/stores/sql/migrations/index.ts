import type { Migration } from '../migration.ts'
import { foundation } from './0001-foundation.ts'
import { organising } from './0002-organising.ts'
import { databases } from './0003-databases.ts'
import { work } from './0004-work.ts'
import { presence } from './0005-presence.ts'
import { ownIds } from './0006-own-ids.ts'
import { pruning } from './0007-pruning.ts'
import { sessionUsage } from './0008-session-usage.ts'
import { feed } from './0009-feed.ts'
import { imports } from './0010-imports.ts'
import { projectRules } from './0011-project-rules.ts'
import { subagentCalls } from './0012-subagent-calls.ts'
import { figures } from './0013-figures.ts'
import { templates } from './0014-templates.ts'
import { projectSessions } from './0015-project-sessions.ts'
import { sessionChildren } from './0016-session-children.ts'
import { workDays } from './0017-work-days.ts'
import { workSums } from './0018-work-sums.ts'
import { ownNumbers } from './0019-own-numbers.ts'

/** Every step of the schema, oldest first. Only ever added to. */
export const migrations: readonly Migration[] = [
  foundation,
  organising,
  databases,
  work,
  presence,
  ownIds,
  pruning,
  sessionUsage,
  feed,
  imports,
  projectRules,
  subagentCalls,
  figures,
  templates,
  projectSessions,
  sessionChildren,
  workDays,
  workSums,
  ownNumbers,
]
