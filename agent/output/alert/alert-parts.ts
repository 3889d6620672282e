import type { AgentWork } from '../../call.ts'
import type { Config } from '../../config/schema.ts'
import type { AlertConfig } from '../../config/unions.ts'
import type { Output, ProfileRecord, WarnOnce } from '../../model.ts'

/** The parts of the agent that alerts use. */
export interface AlertParts {
  /** The location of an option of the alert with this number. */
  readonly location: (alert: number, option: string) => string
  readonly openLog: (
    destination: Extract<AlertConfig, { type: 'log' }>['destination'],
    isWarning?: (record: ProfileRecord) => boolean,
  ) => Output
  /** `host:port` of what the agent itself calls. */
  readonly agentOrigins: Set<string>
  /** The configuration in force, with the findings that nobody wants to be notified of. */
  readonly config: () => Pick<Config, 'accepted' | 'thresholds'>
  readonly meter: Pick<AgentWork, 'spent'>
  readonly warnOnce: WarnOnce
  readonly fault: (error: unknown) => void
}

/** The further destinations of records, or of what they show. */
export interface Alerts {
  write(record: ProfileRecord): void
  flush(): void
  /** At exit: says what was not sent. */
  exit(): void
  /** When a reload has no more use of them. */
  close(): void
}
