// The door: it decides, with as little work as it can, whether the agent runs at all. No static imports and no
// top-level await, so that `--import` and `--require` both work.
const say = (text) => process.stderr.write(`crossbridge: ${visible(text)}\n`)
// The mark that Node puts in worker threads, seen without loading a module: the main thread has said it already.
const problem = (text) => process.chdir?.disabled || say(text)

// The second is the unified system's, of all profiling.
const switches = ['CROSSBRIDGE_PROFILING_ENABLED', 'CROSSBRIDGE_PROFILING']

try {
  open()
} catch (error) {
  say(`the agent could not start, the application runs without it: ${error?.stack ?? error}`.replace(/\n +/g, ' '))
}

/** As in diagnostics.ts, which is not loaded yet. */
function visible(text) {
  const unseen = '[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}\\p{Cs}\\p{Default_Ignorable_Code_Point}]'
  const short = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }
  const escaped = (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
  return text
    .slice(0, 4000)
    .replace(new RegExp(unseen, 'gu'), (one) => short[one] ?? one.split('').map(escaped).join(''))
}

function open() {
  const { env, versions } = process
  if (isPackageManager(process.argv[1])) return
  const debug = /^(true|1)$/i.test((env.CROSSBRIDGE_PROFILING_DEBUG || '').trim())
  const off = switches.find((name) => /^(false|0)$/i.test((env[name] || '').trim()))
  if (off) return debug && problem(`disabled (${off})`)

  const unfit = whyUnfit(versions)
  if (unfit) return problem(`${unfit}; the application runs without the agent`)
  const fs = process.getBuiltinModule('fs')
  const path = process.getBuiltinModule('path')
  const cwd = process.cwd()
  const named = env.CROSSBRIDGE_CONFIG && path.resolve(cwd, env.CROSSBRIDGE_CONFIG)
  const found = find(fs, path, cwd)
  const home = found !== undefined && isInProject(fs, path, path.dirname(found), cwd) ? found : undefined
  if (found !== home && !named)
    problem(
      `${found} is not read: it is above the project, since no package.json or .git is there or above; move it to ${cwd}, or name it by CROSSBRIDGE_CONFIG`,
    )
  const isAlone = !isSpokenTo(env)
  const one = named || home
  if (isAlone && (one === undefined || ((home ?? one) === one && isOff(fs, one)))) return

  const module = process.getBuiltinModule('module')
  const require = module.createRequire(import.meta.url)
  const { load } = require('./dist/chunk/load.cjs')
  const read = (by) => (named ? load(named, by, cwd, home) : load(home, by, cwd))
  const loaded = read(env)
  const { file, config } = loaded
  const reloads = file !== undefined && (config.reload || config.reload_signal !== 'none')
  if (file === undefined && config.reload)
    problem('reload is set, and there is no configuration file whose changes could be followed')
  if (!config.enabled && !reloads) {
    for (const text of loaded.problems) problem(text)
    if (debug) problem(`disabled (${loaded.where('enabled') ?? 'the default'})`)
    return
  }

  // Preloads given by --require also run in Node's own hooks thread, which has no parent port.
  const { isMainThread, parentPort } = require('node:worker_threads')
  if (!isMainThread && parentPort === null) return

  const key = Symbol.for('crossbridge.agent')
  const running = globalThis[key]
  if (running !== undefined) {
    // The same file twice (--import and --require) is no news; another copy of the package is.
    if (running !== import.meta.url)
      problem(`a second copy of the agent (${import.meta.url}) disables itself: ${running}`)
    return
  }
  Object.defineProperty(globalThis, key, { value: import.meta.url })
  // What a restart would read: the application may change its environment.
  const then = reloads ? copyOf(env) : env
  const reread = reloads ? { file, load: () => read(then) } : undefined
  require('./dist/chunk/start.cjs').start(loaded, file === undefined ? cwd : path.dirname(file), env, reread)
}

/** The configuration without CROSSBRIDGE_CONFIG: crossbridge.yml or .yaml here or in the nearest parent. */
function find(fs, path, cwd) {
  for (let folder = cwd; ; folder = path.dirname(folder)) {
    for (const name of ['crossbridge.yml', 'crossbridge.yaml']) {
      const file = path.join(folder, name)
      if (fs.existsSync(file)) return file
    }
    if (folder === path.dirname(folder)) return undefined
  }
}

/**
 * Whether a folder belongs to the project: from the outermost package.json, workspace or repository above the working
 * directory down. Without any the project is the working directory: what is above is anybody's.
 */
function isInProject(fs, path, folder, cwd) {
  if (folder === cwd) return true
  for (let at = folder; ; at = path.dirname(at)) {
    for (const name of ['package.json', '.git', 'pnpm-workspace.yaml'])
      if (fs.existsSync(path.join(at, name))) return true
    if (at === path.dirname(at)) return false
  }
}

/** Whether any variable is set that may say more than which file: what is misspelt should be reported, not be silent. */
function isSpokenTo(env) {
  return Object.keys(env).some(
    (name) => /^CROS/i.test(name) && name !== 'CROSSBRIDGE_CONFIG' && env[name].trim() !== '',
  )
}

/** A copy of the environment, in which names are found in any case, where the system has them so. */
function copyOf(env) {
  const copy = { ...env }
  if (process.platform !== 'win32') return copy
  const names = new Map(Object.keys(copy).map((name) => [name.toUpperCase(), name]))
  return new Proxy(copy, { get: (all, name) => all[names.get(String(name).toUpperCase()) ?? name] })
}

/** Whether a file says off so plainly that nothing need be parsed; what can't be read is for the parser to tell. */
function isOff(fs, file) {
  try {
    // With `bigint` as in config/file.ts. A pipe would hang the application.
    const stats = fs.statSync(file, { bigint: true })
    return stats.isFile() && stats.size < 100_000 && saysOff(fs.readFileSync(file, 'utf8'))
  } catch {
    return false
  }
}

/**
 * Whether no parser could read `enabled: true` or a reload out of the text: each `enabled` has a literal `false` after it,
 * and nothing is there by which a key could be spelt, or a value come, otherwise: `&a` `*a` `<<` `!tag` `? key` `\x65` `${A}`.
 */
function saysOff(text) {
  if (/[&*!?\\$%\0\ufffd]|<<|reload/i.test(text)) return false
  const all = text.match(/enabled/gi) ?? []
  const off = text.match(/(?<![^\s{,])(["']?)enabled\1[ \t]*:[ \t]+false(?=[ \t]*(\r?\n|[,}]|$)|[ \t]+#)/g) ?? []
  return all.length > 0 && off.length === all.length
}

function whyUnfit(versions) {
  if (versions.bun) return 'Bun has no module hooks that the agent can use'
  if (versions.deno || globalThis.Deno) return 'Deno has no module hooks that the agent can use'
  const [major, minor] = versions.node.split('.').map(Number)
  const fit = major === 20 ? minor >= 19 : major === 22 ? minor >= 12 : major > 22
  return fit ? undefined : `Node ${versions.node} is not supported, the agent needs ^20.19 or >=22.12`
}

/** npm, npx, yarn, pnpm, corepack and our own command line inherit NODE_OPTIONS, and are not the application. */
function isPackageManager(script = '') {
  return /[\\/](((npm|npx)(-cli|-prefix)?|yarn(-berry|-\d[\w.-]*?)?|pnpm|pnpx|corepack)(\.[cm]?js)?|\.?bin[\\/]crossbridge|dist[\\/]chunk[\\/]cli\.cjs)$/.test(
    script,
  )
}
