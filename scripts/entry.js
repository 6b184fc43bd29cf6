#!/usr/bin/env node
// The published command. Old syntax on purpose: an old Node has to get as far as the sentence below.
import module from 'module'
import fs from 'fs'
import os from 'os'
import path from 'path'
import url from 'url'

var sqlite = (process.versions.sqlite || '0').split('.').map(Number)
if (sqlite[0] * 1e6 + (sqlite[1] || 0) * 1e3 + (sqlite[2] || 0) < 3051003) {
  console.error(
    'error: daybook needs Node 24 or 26 with SQLite 3.51.3 or newer, and this is Node ' +
      process.versions.node +
      (process.versions.sqlite ? ' with SQLite ' + process.versions.sqlite : '') +
      '\ntry:   npx -p node@26 -p daybook daybook',
  )
  process.exit(1)
}

// Compiled code is kept in a folder only this user writes: beside the program, else in the user's cache.
function cacheFolder() {
  var own = path.join(path.dirname(url.fileURLToPath(import.meta.url)), 'compile-cache')
  try {
    fs.accessSync(path.dirname(own), fs.constants.W_OK)
    return own
  } catch (notOurs) {
    void notOurs
    return path.join(process.env.XDG_CACHE_HOME || path.join(os.homedir(), '.cache'), 'daybook', 'compile-cache')
  }
}

module.enableCompileCache(cacheFolder())
void import('./main.js')
