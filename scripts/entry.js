#!/usr/bin/env node
// The published command. Old syntax on purpose: an old Node has to get as far as the sentence below.
'use strict'
var fs = require('fs')
var path = require('path')
var vm = require('vm')

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

var loaded = Object.create(null)
var url = require('url').pathToFileURL(path.join(__dirname, 'bin.js')).href
var parts = partsIn('program.js')
load('./main.js')

function load(name) {
  if (name.slice(0, 2) !== './') return require(name)
  var module = loaded[name]
  if (!module) {
    module = loaded[name] = { exports: {} }
    partOf(name.slice(2))(module, module.exports, load, url)
  }
  return module.exports
}

function partOf(name) {
  if (!parts[name]) parts = Object.assign(partsIn('more.js'), parts)
  return parts[name]
}

function partsIn(file) {
  var program = path.join(__dirname, file)
  var cache = cachePath(program)
  var cachedData = read(cache)
  // ASCII alone is in there. Compiled code is not compared with its text: the program's name says what is in it.
  var script = new vm.Script(read(program, true).toString('latin1'), { filename: program, cachedData: cachedData })
  if (!cachedData || script.cachedDataRejected) {
    process.on('exit', function (exitCode) {
      keepCompiled(exitCode, script, cache)
    })
  }
  return script.runInThisContext()
}

// Compiled code of each command apart, so that a command reads what it needs and no more. In a folder that only this
// user writes: beside the program, else in the user's cache.
function cachePath(program) {
  var words = process.argv.slice(2, /^(session|usage|project|activity)$/.test(process.argv[2]) ? 4 : 3)
  var name = words.concat(process.argv.indexOf('--json') < 0 ? 'text' : 'json').join('-')
  if (!/^[a-z-]{1,40}$/.test(name)) name = 'other'
  return path.join(cacheFolder(), path.basename(program, '.js') + '-' + process.version + '-' + process.arch, name)
}

function cacheFolder() {
  try {
    fs.accessSync(__dirname, fs.constants.W_OK)
    return path.join(__dirname, 'compile-cache')
  } catch (notOurs) {
    void notOurs
    return path.join(process.env.XDG_CACHE_HOME || path.join(require('os').homedir(), '.cache'), 'daybook')
  }
}

function keepCompiled(exitCode, script, cache) {
  // Words that are no command.
  if (exitCode === 2) return
  var draft = cache + '.' + process.pid
  try {
    fs.mkdirSync(path.dirname(cache), { recursive: true, mode: 448 })
    var file = fs.openSync(draft, 'wx', 384)
    fs.writeSync(file, script.createCachedData())
    // A file cut short by a power failure would be taken for whole.
    fs.fsyncSync(file)
    fs.closeSync(file)
    fs.renameSync(draft, cache)
  } catch (readOnly) {
    void readOnly
  }
}

function read(file, isNeeded) {
  try {
    return fs.readFileSync(file)
  } catch (missing) {
    if (isNeeded) throw missing
    return undefined
  }
}
