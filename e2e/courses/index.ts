import { clear } from './clear.ts'
import { compaction } from './compaction.ts'
import type { Course } from './course.ts'
import { crash } from './crash.ts'
import { fork } from './fork.ts'
import { plugin } from './plugin.ts'
import { resume } from './resume.ts'
import { subagent } from './subagent.ts'
import { trust } from './trust.ts'

export const COURSES: readonly Course[] = [resume, fork, subagent, compaction, clear, crash, trust, plugin]
