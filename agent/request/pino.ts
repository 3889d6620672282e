import type { ModulePatch } from '../replace/patch.ts'
import type { LogFields } from './request.ts'

// biome-ignore lint/suspicious/noExplicitAny: the application's values pass here
type Any = any

/**
 * The application's pino: each line that is logged in a request gets `trace_id`, `span_id` and `request_id`. What makes
 * the line is one method that all loggers share; it is let do its work, and the fields are put into its text behind
 * the logger's own bindings. So nothing that the application gives to pino or gets from it (mixins, formatters,
 * serializers, streams) sees a difference; a field that the line has already is left out.
 */
export function pinoLines(
  fieldsOf: () => LogFields | undefined,
  wanted: () => boolean,
  fault: (error: unknown) => void,
): ModulePatch {
  const patched = new WeakSet<object>()

  const seen = (exports: Any) => {
    const pino = [exports, exports?.default, exports?.pino].find((one) => typeof one === 'function')
    const { asJsonSym, lsCacheSym, chindingsSym } = pino?.symbols ?? {}
    if (typeof asJsonSym !== 'symbol' || typeof lsCacheSym !== 'symbol' || typeof chindingsSym !== 'symbol') return
    let owner = pino({ level: 'silent', base: null }, { write() {} })
    while (owner !== null && !Object.hasOwn(owner, asJsonSym)) owner = Object.getPrototypeOf(owner)
    const original = owner?.[asJsonSym]
    if (typeof original !== 'function' || patched.has(owner)) return
    patched.add(owner)
    owner[asJsonSym] = function asJson(this: Any, object: unknown, _message: unknown, level: number, time: string) {
      const line = Reflect.apply(original, this, arguments)
      try {
        const fields = fieldsOf()
        if (fields === undefined || typeof line !== 'string') return line
        const bindings = this[chindingsSym]
        const begin = this[lsCacheSym][level] + time + bindings
        return line.startsWith(begin) ? begin + fieldsText(fields, bindings, object) + line.slice(begin.length) : line
      } catch (error) {
        fault(error)
        return line
      }
    }
  }
  return { library: 'pino', module: 'pino', versions: '>=7', wanted, patches: () => [], seen }
}

function fieldsText(fields: LogFields, bindings: string, object: unknown): string {
  let text = ''
  for (const [name, value] of Object.entries(fields)) {
    const isTaken = (typeof object === 'object' && object !== null && name in object) || bindings.includes(`"${name}":`)
    if (value !== undefined && !isTaken) text += `,"${name}":${JSON.stringify(value)}`
  }
  return text
}
