import { testRowSource } from '../rows.contract.ts'
import { FIXTURES } from './fixtures/fixtures.ts'
import { opencode } from './index.ts'

testRowSource(opencode, FIXTURES)
