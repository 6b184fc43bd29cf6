export { openPostgres } from './stores/postgres/open.ts'
