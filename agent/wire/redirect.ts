// Node's own, which an application can't have replaced.
import { URL } from 'node:url'
import type { Asked } from './asked.ts'
import { keyOf } from './claims.ts'

const statuses = [301, 302, 303, 307, 308]

/** What is asked for next, where an answer sends on who follows it. */
export function redirectOf(
  { method, host, path, search }: Pick<Asked, 'method' | 'host' | 'path' | 'search'>,
  status: unknown,
  location: string | undefined,
): string | undefined {
  if (location === undefined || !statuses.includes(status as number)) return undefined
  const from = `http://${host}${path}${search}`
  if (!URL.canParse(location, from)) return undefined
  const next = new URL(location, from)
  const asksAnew = status === 303 ? method !== 'HEAD' : (status === 301 || status === 302) && method === 'POST'
  return keyOf(asksAnew ? 'GET' : method, next.host, next.pathname)
}

export const isRedirect = (status: unknown): boolean => statuses.includes(status as number)
