import type { RequestReport } from './model.ts'

type Ids = Pick<RequestReport, 'trace_id' | 'request_id'>

/** One trace may lead to several requests. */
export const isSameRequest = (one: Partial<Ids>, other: Ids): boolean =>
  one.trace_id === other.trace_id && (one.request_id === undefined || one.request_id === other.request_id)
