import type { ProfileRecord, Tell } from '../model.ts'
import type { Ended, Requests, Scope } from '../scope/scope.ts'

export interface RequestParts {
  readonly options: { readonly id_header: string; readonly profile_header: string; readonly profile_secret: string }
  /** The decision for one request, or for one call outside of any. */
  readonly sample: () => boolean
  /** The limiter: all of a request's records, or none. */
  readonly admit: (count: number) => boolean
  readonly record: (scope: Scope, ended: Ended) => ProfileRecord
  readonly write: (record: ProfileRecord, context: unknown) => boolean
  readonly now: () => number
  readonly tell: Tell
  readonly fault: (error: unknown) => void
}

export interface OpenRequests extends Requests {
  /** Whether to look at a call that begins here. */
  readonly sample: () => boolean
  /** At exit: what requests under way still hold. */
  flush(): void
  /** Where a reload has no more use of it: what is held is decided at once. */
  close(): void
}

/** Knows for each call the request that it belongs to, from Node's own HTTP diagnostics channels. */
export function createRequests(_parts: RequestParts): OpenRequests {
  throw new Error('requests are not built yet')
}
