import { setImmediate as letOthers } from 'node:timers/promises'
import type { Connection } from '../sql/connection.ts'
import { toEntryRow } from '../sql/entry-rows.ts'
import type { SearchStore } from '../search-store.ts'
import { compileFilter } from './search-filter.ts'
import type { SearchPlace } from './search-file.ts'
import { countProgress, findLagging, readFailedSince, readRows } from './search-lag.ts'
import { matching, ranked } from './search-match.ts'
import { packBatch } from './search-pack.ts'
import { laggingByWalking, laggingOneByOne, scanned, withSubject } from './search-scan.ts'
import {
  addBatches,
  dueMerging,
  findGone,
  forgetGone,
  forgetMarks,
  mergeSome,
  mergeStep,
  removeGone,
  resetIndex,
  rewriteWords,
} from './search-writing.ts'
import { always, whileUnchanged } from './while-unchanged.ts'

/** Up to so many lagging transcripts each is asked by itself. */
const FEW_LAGGING = 64

/**
 * Search on SQLite's FTS5. An index row counts only while its entry is there, below its transcript's mark and allowed
 * by the filter, so rows that outlived their entry are never seen.
 */
export function sqliteSearch(place: SearchPlace, workspaceId: number): SearchStore {
  // In memory all is one connection, whose own changes have no version.
  const remember = place.path === undefined ? always : whileUnchanged
  const lag = remember((connection) => findLagging(connection, workspaceId))
  const progress = remember(async (connection) =>
    countProgress(connection, workspaceId, (await lag.ask(connection)).length > 0),
  )
  const write = async <T>(work: (connection: Connection) => Promise<T>): Promise<T> => {
    try {
      return await place.write(work)
    } finally {
      lag.forget()
      progress.forget()
    }
  }

  return {
    match: (terms, filter, page) =>
      place.read(async (connection) => {
        const compiled = await compileFilter(connection, workspaceId, filter)
        return (await matching(connection, terms, compiled, page)).map(toEntryRow)
      }),
    rank: (terms, filter, page) =>
      place.read(async (connection) => {
        const compiled = await compileFilter(connection, workspaceId, filter)
        return ranked(await matching(connection, terms, compiled, { ...page, lengths: true }))
      }),
    candidates: (filter, page) =>
      place.read(async (connection) => {
        const compiled = await compileFilter(connection, workspaceId, filter)
        if (page.lagging === undefined) return scanned(connection, compiled, page)
        return page.lagging.length <= FEW_LAGGING
          ? laggingOneByOne(connection, compiled, page.lagging, page)
          : laggingByWalking(connection, compiled, page.lagging, page)
      }),
    subjects: (text, filter, page) =>
      place.read(async (connection) => {
        const compiled = await compileFilter(connection, workspaceId, filter)
        return withSubject(connection, text, compiled, page)
      }),
    // Before the transaction: a look at the store keeps its log from being emptied for as long as it lasts.
    pack: (batch) => place.read((connection) => packBatch(connection, batch)),
    add: (batches) => write((connection) => addBatches(connection, batches)),
    rows: (transcriptId, fromRecord, limit) =>
      place.read((connection) => readRows(connection, transcriptId, fromRecord, limit)),
    failedSince: (transcriptId, fromRecord, toRecord) =>
      place.read((connection) => readFailedSince(connection, transcriptId, fromRecord, toRecord)),
    lagging: async (transcriptIds) => {
      if (transcriptIds !== undefined)
        return place.read((connection) => findLagging(connection, workspaceId, transcriptIds))
      const found = await place.read(lag.ask)
      const ahead = found.filter((transcript) => transcript.fromRecord > transcript.toRecord)
      if (ahead.length === 0) return found
      // The store was put back to an earlier state, or entries are being made anew.
      await write((connection) =>
        forgetMarks(
          connection,
          ahead.map((transcript) => transcript.transcriptId),
        ),
      )
      return place.read(lag.ask)
    },
    progress: () => place.read(progress.ask),
    forget: (transcriptIds) => write((connection) => forgetMarks(connection, transcriptIds)),
    erase: async (transcriptIds) => {
      await write(async (connection) => {
        await forgetMarks(connection, transcriptIds)
        await rewriteWords(connection)
      })
      await place.scrub()
    },
    tidy: async () => {
      const found = await place.read(findGone)
      const taken = found.length > 0 ? await write(removeGone) : []
      if (taken.length > 0) {
        await place.scrub()
        await write((connection) => forgetGone(connection, taken))
        return
      }
      const due = await place.read(dueMerging)
      if (due === 'all') await mergePieces(write)
      else if (due > 0) await write((connection) => mergeSome(connection, due))
    },
    reset: async () => {
      await write((connection) => resetIndex(connection, workspaceId))
      await place.scrub()
    },
    close: () => place.close(),
  }
}

async function mergePieces(write: SearchPlace['write']): Promise<void> {
  for (let first = true; await write((connection) => mergeStep(connection, first)); first = false) {
    // Lets messages and signals in.
    await letOthers()
  }
}
