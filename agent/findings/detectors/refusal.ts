import type { ProfileRecord } from '../../model.ts'

/** Clients' names for the error of a service that wants fewer requests: RateLimitError, ThrottlingException. */
const named = /rate_?limit|throttl|too_?many_?requests|quota_?exceeded|resource_?exhausted|slow_?down|limit_?exceeded/i

/** True for a call that was refused because there are too many. */
export const isRefusal = ({ error = '', status }: ProfileRecord): boolean =>
  status === 429 || status === '429' || named.test(error) || (typeof status === 'string' && named.test(status))
