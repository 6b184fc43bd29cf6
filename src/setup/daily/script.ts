import { join } from 'node:path'

/** The program that is started once a day. */
export function dailyFile(dataDir: string): string {
  return join(dataDir, 'hooks', 'daily.sh')
}

/** What became of it the last time: an exit code and a time. */
export function ranFile(dataDir: string): string {
  return join(dataDir, 'hooks', 'daily-ran')
}

/** What it said the last time. */
export function logFile(dataDir: string): string {
  return join(dataDir, 'hooks', 'daily.log')
}

export interface DailyPlace {
  dataDir: string
  /** The data folder is where it is because `DAYBOOK_HOME` says so: then the program has to be told. */
  dataHome: boolean
  /** Words that start this program. */
  program: readonly string[]
}

/** Reads what is new, and notes that it did: what starts it tells nobody, or each in a way of its own. */
export function dailyScript({ dataDir, dataHome, program }: DailyPlace): string {
  const home = dataHome ? `DAYBOOK_HOME=${quoted(dataDir)}; export DAYBOOK_HOME\n` : ''
  return `#!/bin/sh
# Reads what agents wrote, once a day, for daybook
umask 077
${home}${program.map(quoted).join(' ')} scan >${quoted(logFile(dataDir))} 2>&1
echo "$? $(date -u +%Y-%m-%dT%H:%M:%SZ)" >${quoted(ranFile(dataDir))}
`
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", String.raw`'\''`)}'`
}
