import { testSource } from '../source.contract.ts'
import { FIXTURES } from './fixtures/fixtures.ts'
import { codex } from './index.ts'

testSource(codex, FIXTURES)
