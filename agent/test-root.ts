import type { AsyncResource } from 'node:async_hooks'
import type { Ended } from './call.ts'
import type { ProfileRecord, Timing } from './model.ts'

/** What became of a call's record. */
export type Fate = 'emitted' | 'under_threshold' | 'limited' | 'dropped'

/** Takes each call that ends in a test. */
export type TakeCall = (record: ProfileRecord, ended: Ended, context: unknown) => Fate

/** Makes each test the request of the calls in it. */
export interface TestRoots {
  /** `whole`: all calls in it are looked at; else the sampler decides. */
  begin(whole: boolean, take: TakeCall): TestRoot
}

/** A test under way, or a hook of a suite. */
export interface TestRoot {
  readonly traceId: string
  readonly spanId: string
  /** Runs a function in it. */
  run<R>(fn: () => R): R
  /** The rest of the running callback is in it. */
  enter(): void
  /** What runs in the scope of this resource is in it. */
  keepIn(resource: AsyncResource): void
  end(): { readonly durationMs: number; readonly selfMs: number; readonly calls: number; readonly timing: Timing }
}
