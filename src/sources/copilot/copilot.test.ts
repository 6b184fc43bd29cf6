import { testSource } from '../source.contract.ts'
import { FIXTURES } from './fixtures/fixtures.ts'
import { copilot } from './index.ts'

testSource(copilot, FIXTURES)
