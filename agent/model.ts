// The nouns of an instrumentation, whose shape an entry of the user's YAML has too, and those of what leaves the agent.

export type { Endings, Ends } from './model/ends.ts'
export type { Class, Instrumentation, Queue, System } from './model/instrumentation.ts'
export type { Counts, LibraryState, WarnOnce } from './model/ledger.ts'
export type { Method, Wait } from './model/method.ts'
export type { Collected, Observed, Output, ProcessReading } from './model/output.ts'
export type { Point } from './model/point.ts'
export type { Call, Raw, Read } from './model/read.ts'
export type { Hot, LabelSet, Metadata, ProfileRecord, RequestKind, TestUsage, Timing } from './model/record.ts'
export type { Wire, WireCall } from './model/wire.ts'
