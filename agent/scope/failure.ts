import { isProxy } from 'node:util/types'
import type { Scope } from '../call.ts'
import { className } from '../class-name.ts'
import { dataOf } from '../own-data.ts'

/** A failure that a returned result, or a chunk before, tells of. */
class Returned {
  readonly #said: unknown
  constructor(said: unknown) {
    this.#said = said
  }
  get said(): unknown {
    return this.#said
  }
  /** Not by `instanceof`, which runs a trap of an error that is a proxy. */
  static is(error: unknown): error is Returned {
    return typeof error === 'object' && error !== null && #said in error
  }
}

/** The failure of a call that did not throw; undefined for none. */
export function failureOf(scope: Scope, result: unknown): unknown {
  const said = scope.failure || scope.point.failed?.({ self: scope.self, args: scope.args, result })
  return said ? new Returned(said) : undefined
}

const oneName = /^[A-Za-z_][\w.:-]{0,63}$/

/** A failed call's `error`: the class of what was thrown; of what was returned, its class or name. */
export function errorName(error: unknown): string {
  if (!Returned.is(error)) return className(error)
  const { said } = error
  const isObject = typeof said === 'object' && said !== null
  const named = isObject ? className(said) : said
  // A plain object stands for an error.
  const name = named === 'Object' ? dataOf(said, 'name') : named
  return typeof name === 'string' && oneName.test(name) ? name : 'Error'
}

/** Where libraries keep an error's number, the most telling first. */
const places = [
  'status',
  'statusCode',
  'code',
  '$metadata.httpStatusCode',
  'meta.statusCode',
  'response.status',
  'httpResponse.status',
  'status_code',
  'httpStatus',
  // Astra's, of the first of an answer's errors.
  'errorDescriptors.0.errorCode',
  'rawResponse.errors.0.errorCode',
].map((place) => place.split('.'))
const code = /^[A-Z0-9_]{1,32}$/

/** An error's own number or code: 429, `ECONNREFUSED`, an SQLSTATE; its cause's where it has none. */
export function statusOf(error: unknown): number | string | undefined {
  let one = Returned.is(error) ? error.said : error
  if (isStatus(one) && Returned.is(error)) return one
  for (let depth = 0; typeof one === 'object' && one !== null && depth < 4; depth++) {
    for (const place of places) {
      const value = place.reduce<unknown>(dataOf, one)
      if (isStatus(value)) return value
    }
    const answered = statusOfResponse(dataOf(one, 'response'))
    if (answered !== undefined) return answered
    one = dataOf(one, 'cause')
  }
  return undefined
}

/** Of the answer of Node's own `fetch`, which has it behind a getter of Node's. */
function statusOfResponse(response: unknown): number | undefined {
  if (typeof response !== 'object' || response === null || isProxy(response)) return undefined
  const { prototype } = globalThis.Response
  if (Object.getPrototypeOf(response) !== prototype) return undefined
  return Object.getOwnPropertyDescriptor(prototype, 'status')?.get?.call(response)
}

const isStatus = (value: unknown): value is number | string =>
  typeof value === 'string' ? code.test(value) : Number.isFinite(value)
