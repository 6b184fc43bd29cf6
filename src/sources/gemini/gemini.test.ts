import { testSource } from '../source.contract.ts'
import { FIXTURES } from './fixtures/fixtures.ts'
import { gemini } from './index.ts'

testSource(gemini, FIXTURES)
