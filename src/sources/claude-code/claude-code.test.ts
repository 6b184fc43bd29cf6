import { testSource } from '../source.contract.ts'
import { FIXTURES } from './fixtures/fixtures.ts'
import { claudeCode } from './index.ts'

testSource(claudeCode, FIXTURES)
