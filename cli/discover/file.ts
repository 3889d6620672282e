import { readFileSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { isTypeScript } from '../../agent/load/lexed.ts'
import { liveExports } from '../../agent/load/live-bindings.ts'
import { settableIn } from '../../agent/load/settable.ts'
import { pathStartOf } from '../../agent/locate/path.ts'
import { inside, type Member, memberOf, returnedBy } from './members.ts'
import type { Candidate, Survey, Unreachable } from './model.ts'
import { createModules, type Module } from './module.ts'
import type { Tree } from './parse.ts'
import { whyMinor, whyNoAt } from './reasons.ts'
import { signatureOf } from './signature.ts'
import { createValues, exportsOf, keyOf, type Value } from './value.ts'

const deepest = 3

/** `search` of `src/search.js`, `vectors` of `src/vectors/index.ts`. */
export function stemOf(file: string): string {
  const name = basename(file).replace(/\.[cm]?[jt]sx?$/, '')
  return name === 'index' ? basename(dirname(file)) : name
}

/** Surveys a file by its text alone: nothing of it is run. Throws a `UsageError` if it can't be read. */
export function surveyFile(file: string, cwd: string): Survey {
  const modules = createModules(cwd)
  const { behind, exported } = createValues(modules)
  const entry = modules.open(file)
  const candidates = new Map<string, Candidate>()
  const unreachable: Unreachable[] = []
  const names = exportsOf(entry, modules)
  const values = names.map((name) => [name, exported(entry, name)] as const)
  const classes = new Set(values.flatMap(([, value]) => (value?.kind === 'class' ? [value.node] : [])))
  const walked = new Set<Tree>()

  for (const [name, value] of values) {
    const node = entry.exports.get(name)
    if (value === undefined) continue
    if (name !== 'default' || entry.isEsm) walk(name, name, value, 0)
    else walkWhole(value)
    if (value.kind === 'unknown' && isMaybeFunction(value.node ?? node))
      miss(name, value.node, value.module, 'what it is shows only when the file runs')
  }
  tellHidden()
  const live = entry.isEsm ? tryLive(file) : []
  const notes = [...(entry.problem ? [entry.problem] : []), ...modules.skipped]
  if (live.length === 0) return { candidates: [...candidates.values()], unreachable, notes }
  const why = `${live.slice(0, 3).join(', ')} changes after the file was loaded (export let), and this can't be set in it: write it as a function or with let, or name the file that declares it`
  const isLost = ({ at }: Candidate) => fixedIn(file, at)
  const lost = [...candidates.values()].filter(isLost).map(({ at, location }) => ({ name: at, location, why }))
  const left = [...candidates.values()].filter((one) => !isLost(one))
  return { candidates: left, unreachable: [...lost, ...unreachable], notes: lost.length > 0 ? [...notes, why] : notes }

  function walk(at: string, holder: string, value: Value, depth: number): void {
    const { kind, node, module } = value
    if (kind === 'function') walkFunction(at, holder, value, depth)
    else if (kind === 'class') walkClass(at, value)
    else if (kind === 'instance' && !classes.has(node)) walkInstance(at, value)
    else if (kind === 'object' && depth < deepest && !walked.has(node)) {
      walked.add(node)
      eachProperty(value, (key, inner) => walk(join(at, key), holder, inner, depth + 1))
    } else if (kind === 'exports' && depth < deepest) {
      for (const key of exportsOf(module, modules)) {
        const inner = exported(module, key)
        if (inner !== undefined) walk(join(at, key), holder, inner, depth + 1)
      }
    }
  }

  /** `module.exports`, which a way begins below; `default` is its word where it is a function or class itself. */
  function walkWhole(value: Value): void {
    if (value.kind === 'object' || value.kind === 'exports' || value.kind === 'instance') walk('', '', value, 0)
    else walk('default', '', value, 0)
  }

  function walkFunction(at: string, holder: string, value: Value, depth: number): void {
    const { node, module } = value
    const made = depth < deepest ? makes(value) : undefined
    // A function with methods on its prototype is called with `new`, which is no call to time.
    const isConstructor = module.added.some(({ to, isStatic }) => !isStatic && to === node.id?.name)
    if (!isConstructor) add(at, { holder, value, minor: made && 'it makes what the others belong to' })
    addAssigned(at, module, node)
    if (made === undefined) return
    if (at === 'default' && !entry.isEsm)
      miss(
        `${at}()`,
        node,
        module,
        'module.exports is its function itself; what it makes is reached where it has a name',
      )
    else if (made.kind === 'class') walkClass(`${at}()`, made)
    else if (made.kind === 'instance') walkInstance(`${at}()`, made)
    else walk(`${at}()`, holder, made, depth + 1)
  }

  /** The object, or object of a class, that a function returns. */
  function makes({ node, module }: Value): Value | undefined {
    if (walked.has(node)) return undefined
    walked.add(node)
    for (const given of returnedBy(node)) {
      const value = behind(given, inside(node, module))
      const hasMembers = value.kind === 'object' && hasFunctions(value)
      if (hasMembers || ((value.kind === 'instance' || value.kind === 'class') && !classes.has(value.node)))
        return value
    }
    return undefined
  }

  function hasFunctions(value: Value): boolean {
    let found = false
    eachProperty(value, (_, { kind }) => {
      found ||= kind === 'function'
    })
    return found
  }

  function eachProperty({ node, module }: Value, visit: (key: string, value: Value) => void): void {
    for (const one of node.properties as Tree[]) {
      if (one.type === 'SpreadElement') {
        const spread = behind(one.argument, module)
        if (spread.kind === 'object' && spread.node !== node) eachProperty(spread, visit)
        continue
      }
      const key = keyOf(one)
      if (key === undefined || (one.type === 'ObjectMethod' && one.kind !== 'method')) continue
      visit(key, behind(one.type === 'ObjectMethod' ? one : one.value, module))
    }
  }

  /** `up` counts the `^` of a parent that is not exported by itself. */
  function walkClass(at: string, value: Value, up = '', below = new Set<string>()): void {
    const { node, module } = value
    const holder = node.id?.name ?? at
    const hidesStatics = node.body.body.some((one: Tree) => one.static && one.key?.type === 'PrivateName')
    for (const { key, isStatic, isField, isPrivate, fn, minor } of membersOf(value)) {
      if (isPrivate) miss(`${holder}.${key}`, fn, module, 'private')
      else if (isStatic)
        up === '' && add(join(at, key), { holder, value: { kind: 'function', node: fn, module }, minor })
      else if (isField && hidesStatics)
        miss(`${holder}.${key}`, fn, module, 'a function in a field of a class that has private static members')
      else if (isField && at === 'default' && !entry.isEsm)
        miss(
          `${holder}.${key}`,
          fn,
          module,
          'a function in a field; module.exports is its class itself: export that by a name',
        )
      else if (!below.has(key)) {
        const path = isField ? `${at}.new.${key}` : `${at}.prototype${up}.${key}`
        if (!isField || up === '') add(path, { holder, value: { kind: 'function', node: fn, module }, minor })
        below.add(key)
      }
    }
    const parent = node.superClass && behind(node.superClass, module)
    if (parent?.kind === 'class' && !classes.has(parent.node) && up.length < 5) walkClass(at, parent, `${up}^`, below)
  }

  function walkInstance(at: string, value: Value, below = new Set<string>()): void {
    const { node, module } = value
    const holder = node.id?.name ?? at
    for (const { key, isStatic, isPrivate, fn, minor } of membersOf(value)) {
      if (isStatic || isPrivate || below.has(key)) continue
      below.add(key)
      add(join(at, key), { holder, value: { kind: 'function', node: fn, module }, minor })
    }
    const parent = node.superClass && behind(node.superClass, module)
    if (parent?.kind === 'class' && !classes.has(parent.node) && below.size < 500) walkInstance(at, parent, below)
  }

  function membersOf({ node, module }: Value): Member[] {
    const declared = (node.body.body as Tree[]).flatMap((one) => memberOf(one, (field) => behind(field, module)))
    const name = node.id?.name
    const added = module.added.flatMap(({ to, key, isStatic, value }) => {
      const { kind, node: fn } = behind(value, module)
      return to === name && kind === 'function' ? [{ key, fn, isStatic, isField: false, isPrivate: false }] : []
    })
    return [...declared, ...added]
  }

  /** Adds the functions that are put on a function, or on its prototype. */
  function addAssigned(at: string, module: Module, node: Tree): void {
    const name = node.id?.name
    for (const { to, key, isStatic, value } of name === undefined ? [] : module.added) {
      const inner = behind(value, module)
      if (to === name && inner.kind === 'function')
        add(join(isStatic ? at : `${at}.prototype`, key), { holder: name, value: inner })
    }
  }

  function add(
    at: string,
    { holder, value, minor }: { holder: string; value: Value; minor?: string | undefined },
  ): void {
    const { node, module } = value
    if (node.body === null || node.body === undefined || candidates.has(at)) return
    const last = at.split('.').at(-1) ?? at
    const name = last === 'default' ? (node.id?.name ?? stemOf(file)) : last
    const why = whyNoAt(at)
    if (why !== undefined) {
      miss(at, node, module, why)
      return
    }
    const signature = signatureOf(node, (type) => module.types.get(type))
    const location = locationOf(node, module)
    candidates.set(at, { at, name, holder, signature, location, minor: minor ?? whyMinor(name, signature) })
  }

  function miss(name: string, node: Tree, module: Module, why: string): void {
    unreachable.push({ name, location: locationOf(node, module), why })
  }

  function locationOf(node: Tree, module: Module): string {
    const line = node?.loc?.start.line
    return line === undefined ? module.shown : `${module.shown}:${line}`
  }

  /** Functions and classes of the file that nothing exported leads to. */
  function tellHidden(): void {
    const told = new Set(values.map(([, value]) => value?.node))
    const holders = new Set([...candidates.values()].map(({ holder }) => holder))
    for (const [name, local] of entry.locals) {
      const { kind, node, module } = behind(local, entry)
      if ((kind !== 'function' && kind !== 'class') || module !== entry || told.has(node) || walked.has(node)) continue
      if (holders.has(name)) continue
      miss(name, node, module, kind === 'class' ? 'the class is not exported' : 'it is not exported')
    }
  }
}

const isMaybeFunction = (node: Tree) =>
  /^(CallExpression|MemberExpression|ConditionalExpression|LogicalExpression)$/.test(node?.type)

const join = (path: string, key: string) => (path === '' ? key : `${path}.${key}`)

function tryLive(file: string): string[] {
  try {
    return liveExports(file)
  } catch {
    return []
  }
}

/** True if an export can't be set that `at` has to set. */
function fixedIn(file: string, at: string): boolean {
  try {
    return settableIn(readFileSync(file, 'utf8'), [pathStartOf(at)], isTypeScript(file)).fixed.size > 0
  } catch {
    return true
  }
}
