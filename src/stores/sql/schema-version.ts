/** Of the newest step in `migrations/`, which only a store that is behind has to load. */
export const SCHEMA_VERSION = 19
