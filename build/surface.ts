import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { fitOf } from '../agent/load/versions.ts'
import { find } from '../agent/locate/find.ts'
import { compileAt } from '../agent/locate/path.ts'
import { methodsOf } from '../agent/methods.ts'
import type { Instrumentation, Method } from '../agent/model.ts'
import { builtIns } from './libraries.ts'

/**
 * `npm run surface`: what public methods stand beside those that a library's file names, in each tested version, against
 * what was looked at before (test/surface.json). A new or vanished one is named, and the command ends with 1.
 * `-- --accept` writes down what there is now; names of libraries limit it. A method that embeds, searches, writes, reranks
 * or generates and is in no file wants a reason in test/left-out.json.
 */

/** By the place that holds them, public names with spaces between. */
export type Surface = Readonly<Record<string, string>>

const root = fileURLToPath(new URL('../..', import.meta.url))
const accepted = join(root, 'test/surface.json')
/** Why a method that embeds, searches, writes, reranks or generates is in no file. */
const reasons = join(root, 'test/left-out.json')

/** The new, vanished and missing methods, one line each. */
export function differences(name: string, before: Surface, now: Surface): string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(now)])].flatMap((location) => {
    const [was, is] = [before, now].map((one) => one[location]?.split(' ').filter(Boolean) ?? []) as [
      string[],
      string[],
    ]
    if (before[location] === undefined) return [`${name}: ${location}: new, with ${is.length} methods`]
    const added = is.filter((one) => !was.includes(one)).map((one) => `new: ${one}`)
    const gone = was.filter((one) => !is.includes(one)).map((one) => `vanished: ${one}`)
    return [...added, ...gone].map((text) => `${name}: ${location}: ${text}`)
  })
}

/** Names of methods that embed, search, write, rerank or generate. */
const verb =
  /(?:^(?:batch|multi|count)?(?:embed|search|find|query|queries|retriev|recommend|discover|similar|near|hybrid|bm25|upsert|insert|add|update|replace|write|delete|remove|bulk|re?rank|generat|chat|complet|invoke|converse|vector|knn)|(?:embed(?:ding)?s?|search|query|rerank|generate|upsert|insert)$)/i

/** The public methods of such names that a library's file has not, by what was looked at. */
function unrecorded(library: Instrumentation, surfaces: Readonly<Record<string, Surface>>): string[] {
  const own = new Set(methodsOf(library).map(({ at = '' }) => at.replace(/\?$/, '').split('.').at(-1)))
  const seen = Object.entries(surfaces).filter(([key]) => key.split(' ')[0] === library.name)
  const names = seen.flatMap(([, places]) => Object.values(places).flatMap((text) => text.split(' ')))
  return [...new Set(names)].filter((name) => /^[a-z]/.test(name) && verb.test(name) && !own.has(name)).sort()
}

/** Why methods are in no file, by library: reasons with names behind them. */
export type LeftOut = Readonly<Record<string, Readonly<Record<string, string>>>>

/** What is in no file and has no reason, and reasons for what is not there. */
export function unexplained(surfaces: Readonly<Record<string, Surface>>, leftOut: LeftOut): string[] {
  return builtIns.flatMap((library) => {
    const names = unrecorded(library, surfaces)
    const explained = Object.values(leftOut[library.name] ?? {}).flatMap((text) => text.split(' '))
    return [
      ...names
        .filter((one) => !explained.includes(one))
        .map((one) => `${library.name}: ${one} is in no file, and has no reason`),
      ...explained
        .filter((one) => !names.includes(one))
        .map((one) => `${library.name}: ${one} has a reason, and is not left out`),
    ]
  })
}

/** Where in a package a library's methods stand, in this version of it: what is looked at, each with its first method. */
function placesIn(library: Instrumentation, version: string): Map<string, Method & { readonly at: string }> {
  const places = new Map<string, Method & { readonly at: string }>()
  for (const method of methodsOf(library)) {
    const { at } = method
    // What is called while a call waits is a library's own.
    if (at === undefined || method.wait || fitOf(version, method.versions) !== 'tested') continue
    const location = at.split('.').slice(0, -1).join('.') || 'the exports'
    const where = `${method.file ?? library.file ?? library.module}${method.from ? ' from' : ''} ${location}`
    if (!places.has(where)) places.set(where, { ...method, at })
  }
  return places
}

const versionIn = (path: string): string => JSON.parse(readFileSync(join(path, 'package.json'), 'utf8')).version
const pathOf = (library: Instrumentation, folder: string) => join(folder, 'node_modules', library.module)

/** The places of a library in a set of packages; undefined where that does not have it. */
export function placesOf(library: Instrumentation, folder: string): string[] | undefined {
  const path = pathOf(library, folder)
  return existsSync(join(path, 'package.json')) ? [...placesIn(library, versionIn(path)).keys()] : undefined
}

/** The sets of test/packages that the libraries are tested with; what others bundle or build is of the same versions. */
export const sets = (): string[] =>
  readdirSync(join(root, 'test/packages')).filter((name) => !['apps', 'bundlers', 'lambda', 'nodes'].includes(name))

/** The public functions of everything in a package that holds a method of the library's file. */
export async function surfaceOf(library: Instrumentation, folder: string): Promise<Surface> {
  const path = pathOf(library, folder)
  const version = versionIn(path)
  const surface: Record<string, string> = {}
  for (const [where, method] of placesIn(library, version)) {
    try {
      surface[where] = publicOf(holderOf(method, await exportsOf(library, method.file ?? library.file, folder)))
    } catch (error) {
      surface[where] = ''
      console.error(`${library.name} ${version}: ${where} can't be loaded by itself: ${(error as Error).message}`)
    }
  }
  return surface
}

/** An internal file may only load after the main one of its build, in a circle; a package of parts alone has none. */
async function exportsOf(library: Instrumentation, file: string | undefined, folder: string): Promise<unknown> {
  const load = (name: string) => import(pathToFileURL(name).href)
  const main = async () => load(createRequire(join(folder, 'package.json')).resolve(library.module))
  if (file === undefined) return main()
  await main().catch(() => {})
  const path = pathOf(library, folder)
  const folders = file.split('/').slice(0, -1)
  for (const [i] of folders.entries()) {
    const index = join(path, ...folders.slice(0, i + 1), 'index.js')
    if (existsSync(index)) await load(index).catch(() => {})
  }
  return load(fileOf(path, file))
}

// biome-ignore lint/suspicious/noExplicitAny: a module's exports
function holderOf({ at = '', from }: Method, exports: any): unknown {
  for (const one of [exports, exports.default]) {
    if (one === undefined || one === null) continue
    try {
      const found = find([from ? from(one) : one], compileAt(at.replace(/\?$/, '')))
      if (!('where' in found)) return found.holder
      // An optional or later one may be missing: the location itself, as far as it goes.
      const steps = compileAt(at.replace(/\?$/, ''))
      const outer = find(
        [from ? from(one) : one],
        [...steps.slice(0, -1).filter(({ kind }) => kind === 'get'), { kind: 'get', name: 'constructor' }],
      )
      if (!('where' in outer)) return outer.holder
    } catch {
      // The other form of the exports may have it.
    }
  }
  return undefined
}

function publicOf(holder: unknown): string {
  if (holder === undefined) return ''
  const names = Object.entries(Object.getOwnPropertyDescriptors(holder)).flatMap(([key, { value, get }]) =>
    (typeof value === 'function' || get !== undefined) &&
    !/^_|^#|^constructor$|^(?:length|name|prototype|default)$/.test(key)
      ? [key]
      : [],
  )
  return names.sort().join(' ')
}

const fileOf = (path: string, file: string) =>
  ['.js', '.cjs', '.mjs', '/index.js'].map((end) => join(path, file) + end).find(existsSync) ?? join(path, file)

/** Each library in each set of packages, in a process of its own: the modules are many, and some are native. */
function main(words: readonly string[]): void {
  const only = words.filter((word) => !word.startsWith('--'))
  const before = existsSync(accepted) ? JSON.parse(readFileSync(accepted, 'utf8')) : {}
  const now = { ...before }
  for (const { name, module } of builtIns) {
    if (only.length > 0 && !only.includes(name)) continue
    for (const set of sets()) {
      const folder = join(root, 'test/packages', set)
      if (!existsSync(join(folder, 'node_modules', module, 'package.json'))) continue
      const newer = join(root, 'test/packages/nodes/node_modules/node-22/bin/node')
      const node = set === 'current' && existsSync(newer) ? newer : process.execPath
      const { status, stdout, stderr } = spawnSync(node, [fileURLToPath(import.meta.url), '--one', name, folder], {
        encoding: 'utf8',
      })
      for (const line of stderr.split('\n')) if (line.includes("can't be loaded by itself")) console.log(line)
      if (status === 0) now[`${name} ${set}`] = JSON.parse(stdout.split('\n').at(-1) ?? '')
      else console.log(`${name} ${set}: can't be loaded: ${stderr.trim().split('\n').at(-1)}`)
    }
  }
  const told = Object.keys(now).flatMap((key) => differences(key, before[key] ?? {}, now[key]))
  for (const line of [...told, ...unexplained(now, JSON.parse(readFileSync(reasons, 'utf8')))]) console.log(line)
  console.log(`${Object.keys(now).length} libraries and versions, ${told.length} differences`)
  if (words.includes('--accept')) writeFileSync(accepted, `${JSON.stringify(now, undefined, 2)}\n`)
  else process.exitCode = told.length > 0 ? 1 : 0
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [word, name, folder = ''] = process.argv.slice(2)
  const library = word === '--one' && builtIns.find((one) => one.name === name)
  if (library) {
    process.stdout.write(`\n${JSON.stringify(await surfaceOf(library, folder))}`)
    process.exit()
  }
  main(process.argv.slice(2))
}
