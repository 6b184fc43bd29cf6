import type { Course } from './course.ts'
import { fork } from './fork.ts'
import { resume } from './resume.ts'
import { subagent } from './subagent.ts'

export const COURSES: readonly Course[] = [resume, fork, subagent]
