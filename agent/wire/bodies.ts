import type { Fn } from '../call.ts'
import { dataOf } from '../own-data.ts'
import { createStamp } from '../stamp.ts'
import type { Exchange, WireParts } from './exchange.ts'

interface Parts extends Pick<WireParts, 'classes' | 'observe' | 'imitate'> {
  /** The application has begun to read an answer. */
  readonly begun: (exchange: Exchange) => void
  /** `value` is what a JSON answer holds, else undefined. */
  readonly read: (exchange: Exchange, value: unknown) => void
  readonly failed: (exchange: Exchange, error: unknown) => void
}

/** A longer text is not parsed a second time. */
const mostText = 256 * 1024
const reading = ['json', 'text', 'arrayBuffer', 'bytes', 'blob', 'formData'] as const

/** Follows how the application reads the answers that are counted; nothing is read, cloned or delayed for that. */
export function createBodies({ classes, observe, imitate, begun, read, failed }: Parts) {
  const exchanges = createStamp<Exchange>()
  let isReady = false

  const answerOf = (name: string, exchange: Exchange, value: unknown) => {
    if (name === 'json') return value
    if (name !== 'text' || !exchange.isJson || typeof value !== 'string' || value.length > mostText) return undefined
    try {
      return JSON.parse(value)
    } catch {
      return undefined
    }
  }
  const replace = (prototype: object, name: string, wrap: (original: Fn) => Fn) => {
    const found = Object.getOwnPropertyDescriptor(prototype, name)
    if (typeof found?.value !== 'function' || !found.configurable) return
    const wrapper = wrap(found.value)
    imitate(wrapper, found.value)
    Object.defineProperty(prototype, name, { ...found, value: wrapper })
  }
  /** Once, when the first answer is there: to ask for the class loads all of Node's own undici. */
  const prepare = (prototype: object) => {
    isReady = true
    for (const name of reading)
      replace(prototype, name, (original) => {
        return {
          shell(this: object) {
            const exchange = isObject(this) ? exchanges.of(this) : undefined
            if (exchange === undefined) return Reflect.apply(original, this, arguments)
            begun(exchange)
            return observe(
              Reflect.apply(original, this, arguments),
              exchange,
              (exchange, value) => read(exchange, answerOf(name, exchange, value)),
              failed,
            )
          },
        }.shell
      })
    replace(prototype, 'clone', (original) => {
      return {
        shell(this: object) {
          const copy = Reflect.apply(original, this, arguments)
          const exchange = isObject(this) ? exchanges.of(this) : undefined
          if (exchange !== undefined) exchanges.put(copy, exchange)
          return copy
        },
      }.shell
    })
  }

  return {
    /** Begins to follow an answer, and gives its status; `isTaken` says whether it was read in another way than those. */
    watch(response: unknown, exchange: Exchange): { status: unknown } & Pick<Exchange, 'isJson' | 'isTaken'> {
      const prototype = classes.Response()
      if (!isObject(response) || Object.getPrototypeOf(response) !== prototype)
        return { status: undefined, isJson: false, isTaken: undefined }
      if (!isReady) prepare(prototype)
      exchanges.put(response, exchange)
      const headers = getterOf(prototype, 'headers')?.call(response)
      const get = dataOf(classes.Headers(), 'get') as Headers['get']
      const type = Reflect.apply(get, headers, ['content-type'])
      return {
        status: getterOf(prototype, 'status')?.call(response),
        isJson: /\bjson\b/i.test(type ?? ''),
        isTaken: () => getterOf(prototype, 'bodyUsed')?.call(response) === true,
      }
    },
  }
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null
const getterOf = (prototype: object, name: string) => Object.getOwnPropertyDescriptor(prototype, name)?.get
