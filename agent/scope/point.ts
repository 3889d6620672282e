import { parseWords } from '../call-words.ts'
import { className } from '../class-name.ts'
import { scopeName } from '../manifest.ts'
import { methodsOf } from '../methods.ts'
import type { Call, Counts, Instrumentation, Method, Point, Raw, Read, WarnOnce } from '../model.ts'
import { compileEnds } from './ending/kinds.ts'
import { isAddedUp } from './nesting.ts'
import { compileGet, compileRead } from './read.ts'
import { callOf, originalOf, viewOf } from './view.ts'

/** The parts of a point that come from the configuration and the ledger. */
export interface PointParts {
  readonly on: boolean
  readonly slow_call_ms: number
  readonly counts: Counts
  /** An entry of the user's, whose metadata keeps every string that its author names. */
  readonly userEntry: boolean
  /** The entry's, in the user's file. */
  readonly location?: string | undefined
  readonly warnOnce: WarnOnce
}

/** Compiles a method's data to what the hot path holds; throws on a metadata path that is none. */
export function compilePoint(instrumentation: Instrumentation, method: Method, parts: PointParts): Point {
  const name = scopeName(instrumentation, method)
  const readsOf = (metadata: Method['metadata']) =>
    compileRead(metadata, parts.userEntry, name, parts.warnOnce, instrumentation.system?.provider)
  const read = readsOf(method.metadata)
  const observe = method.observe ?? instrumentation.observe
  const readChunk = method.chunk && (readsOf(method.chunk) ?? (() => undefined))
  const adds = [method.metadata, method.chunk].some((all) => Object.keys(all ?? {}).some(isAddedUp))
  const isFramework = instrumentation.framework === true
  const isOutermost = instrumentation.outermost === true
  const hasParts =
    isOutermost ||
    (isFramework && methodsOf(instrumentation).some((one) => one.part && scopeName(instrumentation, one) === name))

  return {
    name,
    library: instrumentation.name,
    target: method.target ?? instrumentation.target,
    read,
    readTotals: readsOf(totalsOf(method.metadata)),
    readAdded: readsOf(addedOf(method.metadata)),
    adds,
    nests: hasParts || (isFramework && adds),
    hasParts,
    part: isOutermost ? true : method.part,
    nestName: isOutermost ? instrumentation.name : name,
    inputs: method.inputs === undefined ? undefined : compileItself(method.inputs),
    vectors: vectorsOf(method),
    readChunk,
    sums: sumsOf(method.chunk),
    token: toldOf(method.token),
    counted: toldOf(method.counted),
    ...failedOf(method.failed, name, parts.warnOnce),
    when: method.when === undefined ? undefined : guarded(method.when, name, parts.warnOnce),
    ends: method.ends && compileEnds(method.ends),
    known: method.known,
    joins: method.joins && { id: compileGet(method.joins.id), stream: compileGet(method.joins.stream) },
    waits: method.waits,
    wait: method.wait,
    pool: method.pool === undefined ? undefined : compileGet(method.pool),
    note: method.note && guardedNote(method.note, name, parts.warnOnce),
    noteValue: method.noteValue && guardedNote(method.noteValue, name, parts.warnOnce),
    observe,
    unreported: parts.userEntry
      ? unreportedBy({
          observe,
          name,
          library: instrumentation.name,
          at: method.at,
          location: parts.location,
          warnOnce: parts.warnOnce,
        })
      : undefined,
    counts: parts.counts,
    slow_call_ms: parts.slow_call_ms,
    on: parts.on,
  }
}

/** The metadata of which totals are kept, and by which they are told apart; what a call cost is such a total. */
const totalled = [
  ...['model', 'response_model', 'provider', 'collection', 'operation', 'batch_size'],
  ...['input_tokens', 'output_tokens', 'cached_tokens', 'cache_write_tokens', 'billed_units'],
]

function totalsOf(metadata: Method['metadata'] = {}): Method['metadata'] {
  return Object.fromEntries(Object.entries(metadata).filter(([key]) => totalled.includes(key)))
}

const addedOf = (metadata: Method['metadata'] = {}): Method['metadata'] =>
  Object.fromEntries(Object.entries(metadata).filter(([key]) => isAddedUp(key)))

function sumsOf(chunk: Method['chunk'] = {}): string[] | undefined {
  const keys = Object.keys(chunk).filter((key) => {
    const read = chunk[key]
    const word = typeof read === 'string' ? parseWords(read) : undefined
    return word?.kind === 'call' && word.name === 'sum'
  })
  return keys.length > 0 ? keys : undefined
}

/** Gives the value itself, not a function's view of it: who compares inputs or looks at an error reads it as data. */
function compileItself(read: Read): (call: Raw) => unknown {
  const get = compileGet(read)
  return typeof read === 'string' ? get : (call) => originalOf(get(call))
}

function vectorsOf({ vectors, metadata }: Method): Point['vectors'] {
  if (vectors !== undefined) return compileItself(vectors)
  return typeof metadata?.dimensions === 'string' ? metadata.dimensions : undefined
}

function toldOf(told: Method['token']): Point['token'] {
  if (told === undefined) return undefined
  if (typeof told === 'function') return (chunk) => told(viewOf(chunk))
  const get = compileGet(told)
  return (chunk) => Boolean(get({ self: undefined, args: [], chunk }))
}

/** Words that name a chunk are read from each; a function, or words without one, from the result alone. */
function failedOf(failed: Method['failed'], name: string, warnOnce: WarnOnce): Pick<Point, 'failed' | 'failedChunk'> {
  if (failed === undefined) return {}
  const get = compileItself(failed)
  const guarded = (call: Raw) => {
    try {
      return get(call)
    } catch (error) {
      warnOnce(
        `failed ${name}`,
        `a result of ${name} does not tell whether it failed (${className(error)}); it counts as a success`,
      )
      return undefined
    }
  }
  return { failed: guarded, failedChunk: String(failed).includes('chunk.') ? guarded : undefined }
}

function guarded(when: NonNullable<Method['when']>, name: string, warnOnce: WarnOnce): (call: Raw) => boolean {
  const get = compileGet(when)
  return (call) => {
    try {
      return Boolean(get(call))
    } catch (error) {
      warnOnce(`when ${name}`, `a call of ${name} can't be told apart (${className(error)}); it is not profiled`)
      return false
    }
  }
}

function guardedNote(note: (call: Call) => void, name: string, warnOnce: WarnOnce): (call: Raw) => void {
  return (call) => {
    try {
      note(callOf(call))
    } catch (error) {
      warnOnce(
        `note ${name}`,
        `what ${name} needs to know can't be noted (${className(error)}); its metadata may lack something`,
      )
    }
  }
}

/** Told once. `observe` of an entry says nothing of the promises of functions on its path. */
const unreportedBy =
  ({ observe, name, library, at, location, warnOnce }: UnreportedParts) =>
  (onTheWay = false) => {
    if (observe !== undefined && !onTheWay) return
    const it = onTheWay ? 'a function on the way to it' : 'it'
    const mend = onTheWay
      ? 'It does where that function is async'
      : `If each call makes a promise of its own, write observe: chain in ${at} of ${library} (${location}), and Node reports as ever; with observe: beside this line stays away`
    warnOnce(
      `unreported ${onTheWay} ${library} ${name}`,
      `${name}: a promise that ${it} returned was rejected. If nothing handles it, Node will not say so, since the agent listens to it: the function is not async, so others may have the same promise. ${mend}`,
    )
  }

interface UnreportedParts {
  readonly observe: Method['observe']
  readonly name: string
  readonly library: string
  readonly at: string | undefined
  readonly location: string | undefined
  readonly warnOnce: WarnOnce
}
