import { closeSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

/**
 * Runs `work` while holding a lock file, so that two first commands at once install and build one after the other.
 * A lock whose process is gone is taken over.
 */
export async function withLock(path, work) {
  while (!tryLock(path)) {
    removeIfStale(path)
    await sleep(100)
  }
  const release = () => rmSync(path, { force: true })
  process.once('exit', release)
  try {
    return await work()
  } finally {
    process.off('exit', release)
    release()
  }
}

function tryLock(path) {
  try {
    const file = openSync(path, 'wx')
    writeSync(file, String(process.pid))
    closeSync(file)
    return true
  } catch (error) {
    if (error.code === 'EEXIST') return false
    throw error
  }
}

function removeIfStale(path) {
  const owner = read(path)
  if (owner === undefined || owner === '' || isAlive(Number(owner))) return
  const aside = `${path}.${process.pid}`
  try {
    renameSync(path, aside)
  } catch {
    return
  }
  // Another process may have taken over between the look and the move: then it gets its lock back.
  if (read(aside) === owner) rmSync(aside, { force: true })
  else renameSync(aside, path)
}

function read(path) {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}
