export type Metadata = Record<string, string | number | boolean>

/** Labels of the configuration, by name. Those of calls with the same values are one object. */
export type LabelSet = Readonly<Record<string, string>>

/** A record, as it leaves the agent; the field names are the JSON's. */
export interface ProfileRecord {
  name: string
  duration_ms: number
  /** Unix seconds when the call began. */
  timestamp: number
  library: string
  /** `wire`: the call is known by its HTTP request alone, not by the client that made it. */
  seen?: 'wire'
  /** The error's class name, or the name that a returned failure gives. */
  error?: string
  /** The error's own number or code: 429, `ECONNREFUSED`, an SQLSTATE. Of an HTTP request's own record, its answer's. */
  status?: number | string
  /** The thresholds that it passed. */
  exceeded?: readonly string[]
  /** When below 1. */
  sample_rate?: number
  /** Other scopes open at any time during the call. */
  concurrent: number
  pid: number
  thread_id: number
  metadata?: Metadata
  /** With `labels`: the user's own. */
  labels?: LabelSet
  peak_memory_mb?: number
  cpu_ms?: number
  stack_trace?: string
  /** The file with what the process did meanwhile, in `cpu_profile.path`. */
  profile?: string
  hot?: Hot
  // With `requests: true`:
  trace_id?: string
  span_id?: string
  /** The enclosing call's `span_id`, or the request's own span. */
  parent_id?: string
  request_id?: string
  /** Of the record of a request itself: what it was. */
  kind?: RequestKind
  /** Of the same: the profiled calls in it that ended before it. */
  calls?: number
  /** The duration less the time in which nested calls were under way. */
  self_ms?: number
  timing?: Timing
  // With `test_execution.enabled`:
  /** Of a test and of the calls in it: the same in each run, of file, suite and title. */
  test_id?: string
  /** Of the records of tests: shared by the processes and threads of one run. */
  run_id?: string
  /** Of a test: all calls in it, those without a record too. */
  usage?: readonly TestUsage[]
}

/** The calls of one scope and model in a test, and the sums of what they told. */
export interface TestUsage {
  readonly name: string
  readonly library: string
  readonly model?: string
  readonly response_model?: string
  readonly provider?: string
  calls: number
  errors?: number
  duration_ms: number
  input_tokens?: number
  output_tokens?: number
  cached_tokens?: number
  cache_write_tokens?: number
  billed_units?: number
  batch_size?: number
}

/** An incoming HTTP request, work that `profile()` runs outside of any, or a test (one of its suite's hooks, too). */
export type RequestKind = 'http' | 'job' | 'test'

export interface HotFrame {
  readonly function: string
  /** The file and the line where it begins, a package, or a module of Node. */
  readonly at: string
  /** Of the application's own: the line in which it was most. */
  readonly line?: number
  readonly share: number
}

/** The functions that took a call's time, by samples; shares are of its time in which the event loop was not idle. */
export interface Hot {
  /** The five with most time of their own. */
  readonly frames: readonly HotFrame[]
  /** Garbage collection. */
  readonly gc: number
  /** Native code outside of any function of JavaScript's. */
  readonly program: number
  /** The share of the time looked at in which the loop waited. */
  readonly idle: number
  /** The samples in which it did not. */
  readonly samples: number
}

/** The parts of a call's time, in milliseconds; of its own requests, not those of calls nested in it. */
export interface Timing {
  /** The event loop was busy with other work while the call was pending. */
  blocked_ms: number
  /** A turn of the loop worked for more than 20 ms, other than the call's own synchronous begin. */
  stall_ms?: number
  /** Garbage collection. */
  gc_ms?: number
  /** This thread could have run, and had no processor. */
  starved_ms?: number
  /** Outgoing HTTP requests; the others are there with one. */
  requests?: number
  /** From a request's making to its sending: connection set-up (not with node:http), and waiting for a free one. */
  connect_ms?: number
  /** From sending to the first byte of the answer. */
  first_byte_ms?: number
  /** From the first byte to the last; with node:http, which tells no last one, to the end of the call. */
  read_ms?: number
  /** Between the end of one try and the begin of the next. */
  retry_ms?: number
  /** From the last byte to the end of the call. */
  decode_ms?: number
}
