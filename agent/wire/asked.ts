// Node's own, which an application can't have replaced.
import { URL } from 'node:url'
import { isProxy } from 'node:util/types'
import { dataOf, isList } from '../own-data.ts'
import type { OwnClasses } from './own-classes.ts'

/** What is asked for, as far as it is known without running anything of the application's. */
export interface Asked {
  readonly method: string
  /** `api.openai.com`, with its port where that is not the protocol's. */
  readonly host: string
  readonly path: string
  readonly search: string
  /** By lower-case names. */
  readonly header: (name: string) => string | undefined
  /** The text of a body that is one. */
  readonly body: string | undefined
}

/** A body that is longer is not parsed: half a million numbers of a batch take 10 ms. */
const mostBody = 256 * 1024
const { apply } = Reflect
const hrefOf = getterOf(URL.prototype, 'href')
type Getter = (this: unknown) => unknown

function getterOf(prototype: object, name: string): Getter {
  return (Object.getOwnPropertyDescriptor(prototype, name)?.get ?? (() => undefined)) as Getter
}

/** The address that `fetch` is given, as a text, a URL or a Request; undefined where it is no data. */
export function addressIn(input: unknown, classes: OwnClasses): string | undefined {
  if (typeof input === 'string') return input
  const address = ask(hrefOf, input) ?? ask(getterOf(classes.Request(), 'url'), input)
  return typeof address === 'string' ? address : undefined
}

/** The arguments of `fetch`; undefined where they do not say it as data. */
export function askedByFetch(args: ArrayLike<unknown>, classes: OwnClasses): Asked | undefined {
  const [input, init] = [args[0], args[1]]
  const address = addressIn(input, classes)
  if (address === undefined) return undefined
  // A Request has its body as a stream, which is not ours to read; of a text and a URL this finds nothing.
  const ofRequest = (name: string) => ask(getterOf(classes.Request(), name), input)
  const given = (name: string) => dataOf(init, name) ?? (typeof input === 'string' ? undefined : ofRequest(name))
  return asked(address, given('method'), given('headers'), dataOf(init, 'body'), headersOf(classes))
}

/** A request of the undici package. */
export function askedOfUndici(request: object, origin: string): Asked | undefined {
  const path = dataOf(request, 'path')
  const body = dataOf(request, 'body')
  if (typeof path !== 'string') return undefined
  const text = Buffer.isBuffer(body) && body.length <= mostBody ? body.toString() : body
  return asked(origin + path, dataOf(request, 'method'), dataOf(request, 'headers'), text)
}

/** A request of node:http, whose body nothing tells. */
export function askedOfHttp(request: {
  readonly path?: unknown
  readonly method?: unknown
  readonly protocol?: unknown
  getHeader(name: string): unknown
}): Asked | undefined {
  // Of Node's own class, which has some behind getters since 24.
  const { protocol, path, method } = request
  const found = asked(`${protocol}//${request.getHeader('host')}${path}`, method, undefined, undefined)
  return found && { ...found, header: (name) => textOf(request.getHeader(name)) }
}

function asked(
  address: string,
  method: unknown,
  headers: unknown,
  body: unknown,
  headerOf: (headers: unknown, name: string) => string | undefined = headerIn,
): Asked | undefined {
  if (!URL.canParse(address)) return undefined
  const { host, pathname, search } = new URL(address)
  return {
    method: typeof method === 'string' ? method.toUpperCase() : 'GET',
    host,
    path: pathname,
    search,
    header: (name) => headerOf(headers, name),
    body: typeof body === 'string' && body.length <= mostBody ? body : undefined,
  }
}

/** Of `Headers` too. */
const headersOf = (classes: OwnClasses) => (headers: unknown, name: string) => {
  const get = dataOf(classes.Headers(), 'get')
  const found = typeof headers === 'object' && typeof get === 'function' ? ask(get as Getter, headers, name) : undefined
  return found === undefined ? headerIn(headers, name) : textOf(found)
}

/** Of an object, a list of pairs, a list of names and values in turn, or undici's own text. */
export function headerIn(headers: unknown, name: string): string | undefined {
  if (typeof headers === 'string') return new RegExp(`^${name}: ?(.*)$`, 'im').exec(headers)?.[1]?.trim()
  if (isList(headers)) {
    for (let i = 0; i < headers.length; i++) {
      const one = dataOf(headers, i)
      if (isList(one)) {
        if (isNamed(dataOf(one, 0), name)) return textOf(dataOf(one, 1))
      } else if (i % 2 === 0 && isNamed(one, name)) return textOf(dataOf(headers, i + 1))
    }
    return undefined
  }
  if (typeof headers !== 'object' || headers === null || isProxy(headers)) return undefined
  for (const key of Object.keys(headers)) if (isNamed(key, name)) return textOf(dataOf(headers, key))
  return undefined
}

const isNamed = (value: unknown, name: string) => textOf(value)?.toLowerCase() === name
const textOf = (value: unknown) =>
  typeof value === 'string' ? value : Buffer.isBuffer(value) ? value.toString('latin1') : undefined

/** A method or getter of Node's own, on what may be something else. */
function ask(of: Getter, value: unknown, ...args: unknown[]): unknown {
  try {
    return apply(of, value, args) ?? undefined
  } catch {
    return undefined
  }
}
