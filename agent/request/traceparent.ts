/** The caller's trace and span. */
export interface Traceparent {
  readonly traceId: string
  readonly parentId: string
}

const format = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}(-.*)?$/
const zeros = /^0+$/

/**
 * Reads a `traceparent` header by the W3C recommendation (Trace Context, level 1): undefined where it is invalid. Of
 * a version yet to come the first four fields count.
 */
export function parseTraceparent(header: unknown): Traceparent | undefined {
  const found = typeof header === 'string' ? format.exec(header) : null
  if (found === null) return undefined
  const [, version = '', traceId = '', parentId = '', rest] = found
  if (version === 'ff' || (version === '00' && rest !== undefined)) return undefined
  return zeros.test(traceId) || zeros.test(parentId) ? undefined : { traceId, parentId }
}
