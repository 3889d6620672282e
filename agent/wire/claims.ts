import type { Exchange } from './exchange.ts'

/** A call whose next request a channel is to find; `exchange` is undefined for one that is not counted. */
export interface Claim {
  readonly exchange: Exchange | undefined
  /** What that request asks for, while it is waited for. */
  key: string | undefined
}

/** Finds the call that a request belongs to by what it asks for; of those that ask for the same, the first. */
export function createClaims() {
  const waiting = new Map<string, Claim[]>()
  const remove = (key: string, claim: Claim) => {
    claim.key = undefined
    const left = waiting.get(key)?.filter((one) => one !== claim) ?? []
    if (left.length === 0) waiting.delete(key)
    else waiting.set(key, left)
  }

  return {
    /** True while no call waits for a request. */
    isEmpty: () => waiting.size === 0,
    put(claim: Claim, key: string): void {
      claim.key = key
      waiting.set(key, [...(waiting.get(key) ?? []), claim])
    },
    take(key: string): Claim | undefined {
      const claim = waiting.get(key)?.[0]
      if (claim !== undefined) remove(key, claim)
      return claim
    },
    /** True where it was still waited for. */
    withdraw(claim: Claim): boolean {
      if (claim.key === undefined) return false
      remove(claim.key, claim)
      return true
    },
  }
}

export const keyOf = (method: string, host: string, path: string) => `${method} ${host}${path}`
