import { testSource } from '../source.contract.ts'
import { FIXTURES } from './fixtures/fixtures.ts'
import { cursor } from './index.ts'

testSource(cursor, FIXTURES)
