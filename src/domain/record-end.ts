/**
 * Ends a record that is a piece of a JSON document and may hold line ends itself. JSON holds this byte nowhere, so all of
 * them can be taken out again.
 */
export const RECORD_END = 0x1e
