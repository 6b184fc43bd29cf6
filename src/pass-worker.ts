import { parentPort, workerData } from 'node:worker_threads'
import { servePassing } from './passing.ts'

servePassing(parentPort!, workerData as readonly string[])
