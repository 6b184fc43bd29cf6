import { serveDiscovery } from './ingest/discovery-process.ts'
import { READERS } from './sources/index.ts'
import { openSqlite } from './stores/sqlite/open.ts'

serveDiscovery((path) => openSqlite({ path }), READERS)
