/** A library's file in `instrumentations/`; an entry of the user's YAML has this same shape. */
export interface Instrumentation {
  /** What the user writes to switch it: `qdrant`. Also the record's `library`. */
  readonly name: string
  /** What the application imports: `@qdrant/js-client-rest`, or an absolute file path. */
  readonly module: string
  /** An internal file without extension, where the class is not exported from the entry. */
  readonly file?: string
  /** Tested semver range; absent means any version. */
  readonly versions?: string
  /** First half of each scope name, and what `targets:` matches. */
  readonly target: string
  /** Of all its methods, where one does not say otherwise. */
  readonly observe?: Method['observe']
  /** What its calls talk to, by OpenTelemetry's names where it has one, else by the product's own. */
  readonly system?: System
  /** Its methods by the class that has them, with what they share. */
  readonly classes?: readonly Class[]
  /** Other functions. All of them, one by one: `methodsOf` in manifest.ts. */
  readonly methods?: readonly Method[]
  /** Where it keeps work for later. Followed with `requests: true`, whatever is targeted. */
  readonly queues?: readonly Queue[]
}

export interface System {
  /** `db.system.name`. */
  readonly db?: string
  /** `gen_ai.provider.name`; a framework's calls say it themselves. */
  readonly provider?: string
  /** Its work is done in this process. */
  readonly local?: true
}

/**
 * Methods of one class, or of what `at` leads to, with all that they share; what a method says itself counts, and its
 * metadata is added. With several `at` or files it is the same in each.
 */
export interface Class extends Omit<Method, 'at' | 'channel' | 'file' | 'scope' | 'note'> {
  /** `Data.prototype`, `Client.prototype^9`; absent for the exports themselves. */
  readonly at?: string | readonly string[]
  readonly file?: string | readonly string[]
  readonly scope?: string
  /** By name; several where calls of one have different scopes. */
  readonly methods: Readonly<Record<string, Member | readonly Member[]>>
}
type Member = Omit<Method, 'at' | 'channel' | 'file' | 'scope' | 'from'> & { readonly scope?: string }

/**
 * A function that keeps what it is given, and runs it when another call gives way, or has its answer, perhaps one of
 * another request: a queue's `add`, a pool's `connect`, a driver's `query(text, callback)`.
 */
export interface Queue {
  readonly at: string
  /**
   * What it keeps: `args.0`, or `functions`, each argument that is one. A function is run where it was given. Of an
   * object, calls of such functions that are given it again run where it was given first.
   */
  readonly binds: string
  /** Where it is a package of its own. */
  readonly module?: string
  readonly file?: string
  readonly versions?: string
}

export interface Method {
  /** The way from the exports to the function: `QdrantClient.prototype.query`. See path.ts. */
  readonly at?: string
  /** Where `at` begins, if that is not the exports: for a class that only an object of it leads to. */
  // biome-ignore lint/suspicious/noExplicitAny: the library's exports are read by shape
  readonly from?: (exports: any) => unknown
  /** A tracing channel that the library publishes itself, instead of `at`. */
  readonly channel?: string
  /** `search` gives `vector_store.search`. */
  readonly scope: string
  /** Where it differs from the file's. */
  readonly target?: string
  /** Where it differs from the file's. */
  readonly file?: string
  /** The versions that have this method; absent means all that the file supports. */
  readonly versions?: string
  readonly metadata?: Readonly<Record<string, Read>>
  /** What to keep of a streamed result, read from each chunk; the last one that has it counts, or with `sum(…)` all together. */
  readonly chunk?: Readonly<Record<string, Read>>
  /**
   * What is embedded: the way to a text, to an array of texts, or to tokens. Read only with `find_repeats`, hashed, and
   * kept nowhere.
   */
  readonly inputs?: Read
  /** Which parts of a streamed result count as chunks, where it also carries others; absent means all. */
  readonly counted?: string | ((chunk: unknown) => boolean)
  /** Profile only the calls that this accepts; the first entry of the same `at` that accepts wins. */
  readonly when?: string | ((call: Call) => boolean)
  /** How its calls end, where their result does not tell; of several, the first that fits a call. */
  readonly ends?: Ends | readonly Ends[]
  /**
   * How a native promise that it returns is observed. `chain`: each call makes its own, which the library neither
   * handles, shares nor keeps, so that one that nobody handles is reported as ever. `beside`: it is handed on itself, and
   * its rejection is not reported. Absent: `chain` for an `async` function, `beside` for any other.
   */
  readonly observe?: 'chain' | 'beside'
  /** Not profiled: told of each call with its result, for what later calls of `scope` need to know. Entries of its `at` share it. */
  readonly note?: (call: Call) => void
}

/** How a call ends, one file a kind in scope/ending/. */
export type Ends =
  /** Its last argument, a function, is called; else the `callback` of a first one that is plain data. */
  | { readonly kind: 'callback' }
  /** It is the `then` of a lazy thenable: one of its two handlers is called. */
  | { readonly kind: 'then' }
  /** What it returns is whole, though it may be iterated. */
  | { readonly kind: 'return' }
  /** A lazy thenable: these methods of what it returns do the work. */
  | { readonly kind: 'thenable'; readonly methods: readonly string[] }
  /** What it returns holds a stream, in this property. */
  | { readonly kind: 'stream'; readonly at: string }
  /** What it returns emits one of these events. */
  | { readonly kind: 'events'; readonly done: string; readonly failed: string }
  /**
   * The library finishes an object by calling one of these methods of it. With `of` it is this object, whatever the call
   * returns, and that is handed on untouched: for promises whose rejection the library has already dealt with. Without,
   * it is one that was given first and is returned.
   */
  | { readonly kind: 'methods'; readonly of?: 'this' | 'args.0'; readonly done: string; readonly failed: string }
  /**
   * What it returns hands its rows by `next` to each observer that its method `through` is given, whoever asks for them.
   * `result` is `{ value, count }`: what `done` said, and how many rows were handed over.
   */
  | {
      readonly kind: 'rows'
      readonly through: string
      readonly next: string
      readonly done: string
      readonly failed: string
    }

/** A method's `ends` by their kinds, as the hot path asks for them. */
export interface Endings {
  readonly callback: boolean
  readonly then: boolean
  readonly return: boolean
  readonly thenable: readonly string[] | undefined
  readonly streams: readonly string[]
  readonly events: (Ends & { kind: 'events' }) | undefined
  readonly methods: (Ends & { kind: 'methods' }) | undefined
  readonly rows: (Ends & { kind: 'rows' }) | undefined
  /** Whether it may end with something that it is given, which is replaced or watched before the call. */
  readonly before: boolean
  /** Whether its result is more than a promise tells. */
  readonly shaped: boolean
  /** Whether what a promise brings is more than that, too. */
  readonly valueShaped: boolean
}

/**
 * How one value of a call is read: words (see words.ts and docs/options.md), data alone; what is no text is itself. A
 * function in TypeScript files only.
 */
export type Read = string | number | boolean | ((call: Call) => unknown)

/** The application's own values in a call. */
export interface Raw {
  readonly self: unknown
  readonly args: ArrayLike<unknown>
  readonly result?: unknown
  /** What a stream has just handed to its consumer. */
  readonly chunk?: unknown
  /** What is made of it for those that read it. */
  seen?: Call
}

/** What the functions of an instrumentation see of them: data alone, at any depth. See scope/view.ts. */
export interface Call {
  readonly self: unknown
  readonly args: readonly unknown[]
  readonly result?: unknown
  readonly chunk?: unknown
  /** The object that is seen, or the arguments: the key under which something is remembered, never to look into. */
  // biome-ignore lint/suspicious/noExplicitAny: whatever the caller knows it to be
  readonly of: (view: unknown) => any
  /** Runs a getter or a method of the library's own object, where nothing else tells. */
  // biome-ignore lint/suspicious/noExplicitAny: whatever the caller knows it to be
  readonly ask: (view: unknown, name: string, ...args: readonly unknown[]) => any
}

export type Metadata = Record<string, string | number | boolean>

/** What became of the calls of one scope; `seen` is the sum of the others but `errors`. */
export interface Counts {
  seen: number
  sampled_out: number
  under_threshold: number
  limited: number
  /** Recorded, and waiting for the end of their request. */
  held: number
  emitted: number
  dropped: number
  /** The application has not looked at the result (or not yet), so nothing is known of its end. */
  unobserved: number
  open: number
  errors: number
}

/** A method after compilation: what the hot path holds. */
export interface Point {
  readonly name: string
  readonly library: string
  readonly target: string
  readonly read: ((call: Raw) => Metadata | undefined) | undefined
  /** The few of these that totals are kept of, read from every call where an output observes. */
  readonly readTotals?: ((call: Raw) => Metadata | undefined) | undefined
  /** What is embedded; unguarded, asked only with `find_repeats`. */
  readonly inputs?: ((call: Raw) => unknown) | undefined
  readonly readChunk?: ((call: Raw) => Metadata | undefined) | undefined
  /** What `readChunk` finds of these adds up. */
  readonly sums?: readonly string[] | undefined
  readonly counted?: ((chunk: unknown) => boolean) | undefined
  readonly when: ((call: Raw) => boolean) | undefined
  readonly ends?: Endings | undefined
  readonly note?: ((call: Raw) => void) | undefined
  readonly observe?: Method['observe']
  /** Says that Node may not report a rejection, of what it returned or of a function on the way to it. */
  readonly unreported?: ((onTheWay?: boolean) => void) | undefined
  readonly counts: Counts
  /** The most specific threshold, in milliseconds. */
  slow_call_ms: number
  /** Decided when the configuration is read, never per call. */
  on: boolean
}

/** What leaves the agent; the field names are the JSON's. */
export interface ProfileRecord {
  name: string
  duration_ms: number
  /** Unix seconds when the call began. */
  timestamp: number
  library: string
  /** The error's class name. */
  error?: string
  /** The thresholds that it passed. */
  exceeded?: readonly string[]
  /** When below 1. */
  sample_rate?: number
  /** Other scopes open at any time during the call. */
  concurrent: number
  pid: number
  thread_id: number
  metadata?: Metadata
  peak_memory_mb?: number
  cpu_ms?: number
  stack_trace?: string
  // With `requests: true`:
  trace_id?: string
  span_id?: string
  /** The enclosing call's `span_id`, or the request's own span. */
  parent_id?: string
  request_id?: string
  /** The duration less the time in which nested calls were under way. */
  self_ms?: number
  timing?: Timing
}

/** Where a call's time went, in milliseconds; of its own requests, not those of calls nested in it. */
export interface Timing {
  /** The event loop was busy with other work while the call was pending. */
  blocked_ms: number
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

/** The end of a call, as an output that keeps totals is told it, sampled or not. */
export interface Observed {
  readonly point: Point
  readonly durationMs: number
  /** The error's class name, of a call that failed. */
  readonly error: string | undefined
  readonly memoryMb: number | undefined
  /** Model, collection, tokens, batch size: as far as the call tells, and `include_metadata` lets it. */
  readonly metadata: Metadata | undefined
  /** Where the call was in a request. */
  readonly traceId: string | undefined
  readonly spanId: string | undefined
}

/** Where records go. None of these throws. */
export interface Output {
  /** False for one that has only totals: whether a record is dropped is for the others to say. */
  readonly keeps?: boolean
  /** Takes one record; false when it had to be dropped. `context` is what `capture` gave when the call began. */
  write(record: ProfileRecord, context?: unknown): boolean
  /** Is told of every call's end. */
  readonly observe?: ((call: Observed) => void) | undefined
  /** Does ahead what the first record would wait for: opens a file, loads a package. */
  ready?(): void
  /** What is active where a call begins. */
  capture?(): unknown
  /** Synchronous, at exit. */
  flush(): void
  /** After the last flush: says what is lost with the process. */
  exit?(): void
  /** Where a reload has no more use of it. */
  close?(): void
}

/** Says one thing to the user, once per cause. */
export type WarnOnce = (cause: string, message: string) => void

/** The state of a library or entry, as the ledger keeps it. */
export type LibraryState =
  | 'never_loaded'
  | 'loaded_before_agent'
  | 'unsupported_version'
  | 'untested_version'
  | 'shape_mismatch'
  | 'unsafe_exports'
  | 'wrap_failed'
  | 'patched'
  | 'disabled'
