import { chunk } from '../chunk.ts'
import type { Handed, Unwrapped } from '../locate/bindings.ts'
import type { PathStart } from '../locate/path.ts'

/** A module that is to get our line, as it is known before it is loaded. */
export interface Lined {
  /** The indexes of the watched modules that it is. */
  readonly hits: readonly number[]
  readonly pathStarts: readonly PathStart[]
  readonly isTypeScript: boolean
  readonly unwrapped?: Unwrapped | undefined
  /** Its format, as it was resolved. */
  readonly format?: string | null | undefined
}

/** The function that the line calls. `setters` assign to the module's bindings; `more` was known before it was loaded. */
export type Hook = (url: string, namespace: object, setters: Handed['setters'], more: More) => void
type More = Omit<Handed, 'setters'> & { readonly hits: readonly number[] }

export const hookKey = 'crossbridge.hook'

/**
 * The source with one line at its end, which hands the module's own namespace over, and setters that close over its
 * bindings: importers, the calls inside of the module and the namespace all see what is set. Lines and columns stay.
 */
export function withLine(source: string, url: string, { hits, pathStarts, isTypeScript, unwrapped }: Lined): string {
  const analysis = () => chunk<typeof import('./analysis.ts')>('analysis')
  const { locals, fixed } = pathStarts.length === 0 ? none : analysis().settableIn(source, pathStarts, isTypeScript)
  let unique = '$crossbridge'
  while (source.includes(unique)) unique += '_'
  const setters = Array.from(locals, ([name, local]) => `${JSON.stringify(name)}:${unique}v=>{${local}=${unique}v}`)
  const more = { hits, locals: Object.fromEntries(locals), fixed: Object.fromEntries(fixed), unwrapped } satisfies More
  const words = [JSON.stringify(url), unique, `{${setters.join(',')}}`, JSON.stringify(more)]
  const call = `globalThis[Symbol.for("${hookKey}")]?.(${words.join(',')})`
  // A source may end in a comment; and whatever fails here is not the module's.
  return `${source}\n;import*as ${unique} from ${words[0]};try{${call}}catch{}`
}

/** The same for CommonJS whose source a loader gives, so that no `Module.prototype.load` has it. */
export function withCommonJsLine(source: string): string {
  return `${source}\n;try{globalThis[Symbol.for("${hookKey}")]?.commonjs(module)}catch{}`
}

const none = { locals: new Map<string, string>(), fixed: new Map<string, never>() }

/** The text of a source as Node reads it. */
export function sourceText(source: unknown): string | undefined {
  if (typeof source === 'string') return source
  if (source === null || source === undefined) return undefined
  const bytes = ArrayBuffer.isView(source)
    ? Buffer.from(source.buffer, source.byteOffset, source.byteLength)
    : Buffer.from(source as ArrayBuffer)
  return bytes.toString('utf8').replace(/^\uFEFF/, '')
}
