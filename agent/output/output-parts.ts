import type { AgentWork } from '../call.ts'
import type { Config } from '../config/schema.ts'
import type { Ledger } from '../ledger.ts'
import type { WarnOnce } from '../model.ts'
import type { Stream } from '../stream.ts'
import type { addUnsent } from '../threads.ts'

/** The parts of the agent that outputs use. */
export interface OutputParts {
  readonly streamOf: (destination: 'stderr' | 'stdout') => Stream
  readonly warnOnce: WarnOnce
  readonly fault: (error: unknown) => void
  /** The configuration file's folder. */
  readonly folder: string
  /** The configuration in force. */
  readonly config: () => Config
  readonly ledger: Ledger
  readonly meter: AgentWork
  /** Of the configuration, which has the options: `test_execution.`; absent for the whole. */
  readonly section?: string
  /** The location of an option in the configuration. */
  readonly where: (path: string) => string | undefined
  /** `host:port` of what the agent itself calls. */
  readonly agentOrigins: Set<string>
  /** Runs what is the user's own: calls that begin in it are not recorded, since their records would come back to it. */
  readonly suppressTracing: <R>(run: () => R) => R
  /** Runs calls of a library that are the agent's own: its patches let them through, and count none. */
  readonly unseen: <R>(library: string, run: () => R) => R
  /** An output observes now, or no more. */
  readonly changed: () => void
  /** A record that was taken is lost, and no other output has it. */
  readonly lost: (library: string, scope: string) => void
  /** Profiles for some seconds, and tells the file's path or why there is none. Gives the function that ends it early. */
  readonly takeProfile: TakeProfile
  /** Adds this thread's unsent spans to those of the others. */
  readonly addUnsent: typeof addUnsent
}

export type TakeProfile = (
  kind: 'cpu' | 'heap',
  seconds: number,
  answer: (file: string | undefined, why?: string) => void,
) => () => void
