/** A library's file in `instrumentations/`; an entry of the user's YAML has this same shape. */
export interface Instrumentation {
  /** The name by which the user switches it: `qdrant`. Also the record's `library`. */
  readonly name: string
  /** The package that the application imports: `@qdrant/js-client-rest`, or an absolute file path. */
  readonly module: string
  /** An internal file without extension, where the class is not exported from the entry. */
  readonly file?: string
  /** Tested semver range; absent means any version. */
  readonly versions?: string
  /** First half of each scope name, and what `targets:` matches. */
  readonly target: string
  /** Its calls hold calls of other libraries, which tell of the same tokens; the innermost that knows them counts. */
  readonly framework?: boolean
  /** For all methods that do not say otherwise. */
  readonly observe?: Method['observe']
  /** The system that its calls talk to, by OpenTelemetry's names where it has one, else by the product's own. */
  readonly system?: System
  /** Its methods by the class that has them, with what they share. */
  readonly classes?: readonly Class[]
  /** Other functions. All of them, one by one: `methodsOf` in manifest.ts. */
  readonly methods?: readonly Method[]
  /** The functions that keep work for later. Followed with `requests: true`, whatever is targeted. */
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
export interface Class extends Omit<Method, 'at' | 'channel' | 'file' | 'scope' | 'note' | 'noteValue'> {
  /** `Data.prototype`, `Client.prototype^9`; absent for the exports themselves. */
  readonly at?: string | readonly string[]
  readonly file?: string | readonly string[]
  readonly scope?: string
  /** By name; several where calls of one have different scopes. */
  readonly methods: Readonly<Record<string, Member | readonly Member[]>>
}
type Member = Omit<Method, 'at' | 'channel' | 'module' | 'file' | 'scope' | 'from'> & { readonly scope?: string }

/**
 * A function that keeps an argument and runs it later, perhaps when a call of another request ends: a queue's `add`, a
 * pool's `connect`, a driver's `query(text, callback)`. Those in a framework's own package also keep its calls apart.
 */
export interface Queue {
  readonly at: string
  /**
   * The argument that it keeps: `args.0`, or `functions`, each argument that is one. A function runs in the context in
   * which it was passed; for an object, calls of such functions with the same object run in the context of the first.
   */
  readonly binds: string
  /** The package, when it is not the library's. */
  readonly module?: string
  readonly file?: string
  readonly versions?: string
}

export interface Method {
  /** The path from the exports to the function: `QdrantClient.prototype.query`. See path.ts. */
  readonly at?: string
  /** Gives the start of `at`, if that is not the exports: for a class that only an object of it leads to. */
  // biome-ignore lint/suspicious/noExplicitAny: the library's exports are read by shape
  readonly from?: (exports: any) => unknown
  /** A tracing channel that the library publishes itself, instead of `at`. */
  readonly channel?: string
  /** `search` gives `vector_store.search`. */
  readonly scope: string
  /** When it differs from the library's. */
  readonly target?: string
  /** The package, when it is not the library's. */
  readonly module?: string
  /** When it differs from the library's. */
  readonly file?: string
  /** The versions that have this method; absent means all that the file supports. */
  readonly versions?: string
  readonly metadata?: Readonly<Record<string, Read>>
  /** Metadata of a streamed result, read from each chunk; the last that has it counts, or with `sum(…)` all together. */
  readonly chunk?: Readonly<Record<string, Read>>
  /**
   * The inputs that are embedded: a text, an array of texts, or tokens. Read only with `find_repeats`, hashed, and kept
   * nowhere.
   */
  readonly inputs?: Read
  /** True for the chunks of a streamed result that hold a piece of the answer; the first gives `time_to_first_token_ms`. */
  readonly token?: Told
  /** False for a chunk that is neither counted nor timed: metadata alone is read from it. Absent means all count. */
  readonly counted?: Told
  /**
   * How a result says that the call failed, though it was returned: the error, its name or its number; anything else that
   * is true says that it failed. Of a stream also read from each chunk, where it names one.
   */
  readonly failed?: Read
  /** In a framework other methods of its scope may call it after they have awaited: then it is a part of their call. */
  readonly part?: true
  /** Profile only the calls that this accepts; the first entry of the same `at` that accepts wins. */
  readonly when?: string | ((call: Call) => boolean)
  /** The end of its calls, when their result does not show it; of several, the first that fits a call. */
  readonly ends?: Ends | readonly Ends[]
  /**
   * How a native promise that it returns is observed. `chain`: each call makes its own, which the library neither
   * handles, shares nor keeps, so that one that nobody handles is reported as ever. `beside`: it is handed on itself, and
   * its rejection is not reported. Absent: `chain` for an `async` function, `beside` for any other.
   */
  readonly observe?: 'chain' | 'beside'
  /** What functions with `wait` know a call by: its object, or one that it is passed. */
  readonly known?: 'this' | 'args.0' | 'args.1'
  /** It waits for a connection from its begin, until one of them knows that it has one. */
  readonly waits?: boolean
  /** Not profiled itself: it is called while a call waits for a connection. Entries of its `at` without it may be. */
  readonly wait?: Wait
  /** Not profiled: told of each call with its result, for what later calls of `scope` need to know. Entries of its `at` share it. */
  readonly note?: (call: Call) => void
  /** The same, told of the value of the promise that the call has returned, when that has one. */
  readonly noteValue?: (call: Call) => void
}

/**
 * What a function says of the time in which a call waits for a connection, its `pool_wait_ms`.
 *
 * - `acquire`: it gives a connection, by its promise or its last argument, a callback, to the call in whose synchronous
 *   part it is asked for one. What the library calls first in that callback is a part of that call.
 * - `for args.0`: what it calls before its first `await` it calls for the call that is known by this argument.
 * - `until …`: the call that is known by this object has its connection now.
 * - `lend args.0`: it calls this argument with a connection, once there is one: the call that begins first in that has
 *   waited. Where there never is one, that is a failed call of the entry without `wait`.
 */
export const waitKinds = ['acquire', 'for args.0', 'until this', 'until args.0', 'lend args.0'] as const
export type Wait = (typeof waitKinds)[number]

/** How a call ends, one file a kind in scope/ending/. */
export type Ends =
  /** Its last argument, a function, is called; else the `callback` of a first one that is plain data. */
  | { readonly kind: 'callback' }
  /** It is the `then` of a lazy thenable: one of its two handlers is called. */
  | { readonly kind: 'then' }
  /** The result is complete when it is returned, though it may be iterated; beside `thenable`, the value of its promises is. */
  | { readonly kind: 'return' }
  /**
   * The result is a cursor: an iterator, an iterable or a stream whose consumer asks for row after row. The time in which
   * nobody asks does not count, and what the library calls to answer, before it waits, belongs to this call.
   * `portions` leads to the object whose class has methods of the kind `portion`, where there are such: `result.reader`.
   */
  | { readonly kind: 'cursor'; readonly portions?: string }
  /**
   * The method fetches a portion of a cursor, its `this`: all calls with one object are one call, which begins with the
   * first that a `when` accepts and ends after one for which `last` holds, or which fails, or which is `closing`. The time
   * between does not count, and what the library calls in a portion, before it waits, belongs to it. `chunk` reads each.
   */
  | { readonly kind: 'portion'; readonly last: string }
  /**
   * Beside `methods`: the object is a cursor, which its consumer asks for rows by the method `by`, of its own or of what
   * is in its property `at`. It calls back, or promises, the rows: one `chunk`. The time between does not count.
   */
  | { readonly kind: 'asked'; readonly by: string; readonly at?: string }
  /**
   * Beside `methods`: the object hands its rows to the function that is in its property `to`, each time one `chunk`, and
   * waits for what that promises. The time until then does not count.
   */
  | { readonly kind: 'handed'; readonly to: string }
  /**
   * The call ends with a first page, its result, which fetches the next one by its own method `by`: all those together are
   * another call of the same method. It ends after the one for which `last` holds; `chunk` reads each.
   */
  | { readonly kind: 'further'; readonly by: string; readonly last: string }
  /** The method closes such a cursor, and is else not profiled. */
  | { readonly kind: 'closing' }
  /** A lazy thenable: these methods of what it returns do the work. */
  | { readonly kind: 'thenable'; readonly methods: readonly string[] }
  /** The result holds a stream in this property. */
  | { readonly kind: 'stream'; readonly at: string }
  /** The result emits one of these events; each `row` before is a `chunk`. */
  | { readonly kind: 'events'; readonly done: string; readonly failed: string; readonly row?: string }
  /**
   * The library finishes an object by calling one of these methods of it. With `of` it is this object, whatever the call
   * returns, and that is handed on untouched: for promises whose rejection the library has already dealt with. Without,
   * it is the first argument, when the call returns that.
   */
  | { readonly kind: 'methods'; readonly of?: 'this' | 'args.0'; readonly done: string; readonly failed: string }
  /**
   * The result hands its rows by `next` to each observer that is passed to its method `through`. The call's `result` is
   * `{ value, count }`: the argument of `done`, and the number of rows.
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
  /** True when the time in which nobody asks is not its own. */
  readonly cursor: boolean
  readonly portions: ((call: Raw) => unknown) | undefined
  readonly asked: (Ends & { kind: 'asked' }) | undefined
  readonly handed: (Ends & { kind: 'handed' }) | undefined
  readonly further: { readonly by: string; readonly last: (call: Raw) => unknown } | undefined
  readonly portion: { readonly closes: boolean; readonly last: ((call: Raw) => unknown) | undefined } | undefined
  readonly thenable: readonly string[] | undefined
  readonly streams: readonly string[]
  readonly events: (Ends & { kind: 'events' }) | undefined
  readonly methods: (Ends & { kind: 'methods' }) | undefined
  readonly rows: (Ends & { kind: 'rows' }) | undefined
  /** True when it may end with one of its arguments, which is replaced or watched before the call. */
  readonly before: boolean
  /** True when its result may have another end than a promise that settles. */
  readonly shaped: boolean
  /** True when the value of such a promise may have another end, too. */
  readonly valueShaped: boolean
}

/** Tells whether a chunk is of a kind. */
type Told = string | ((chunk: unknown) => boolean)

/**
 * Reads one value of a call: words (see call-words.ts and docs/options.md), data alone; a number or boolean is itself. A
 * function in TypeScript files only.
 */
export type Read = string | number | boolean | ((call: Call) => unknown)

/** The application's own values in a call. */
export interface Raw {
  readonly self: unknown
  readonly args: ArrayLike<unknown>
  readonly result?: unknown
  /** The part that a stream has just handed to its consumer. */
  readonly chunk?: unknown
  /** The views of it, made when an instrumentation's function first reads it. */
  seen?: Call
}

/** The same for the functions of an instrumentation: data alone, at any depth. See scope/view.ts. */
export interface Call {
  readonly self: unknown
  readonly args: readonly unknown[]
  readonly result?: unknown
  readonly chunk?: unknown
  /** Stands for the call, in all that reads it: a key to remember something by. */
  readonly key: object
  /** The object behind a view, or the arguments: a key to remember something by, never to look into. */
  // biome-ignore lint/suspicious/noExplicitAny: whatever the caller knows it to be
  readonly of: (view: unknown) => any
  /** Runs a getter or a method of the library's own object, when its data does not tell. */
  // biome-ignore lint/suspicious/noExplicitAny: whatever the caller knows it to be
  readonly ask: (view: unknown, name: string, ...args: readonly unknown[]) => any
  /** Reads a property of a proxy that the library itself makes: of what it has returned, never of what it was given. */
  // biome-ignore lint/suspicious/noExplicitAny: whatever the caller knows it to be
  readonly through: (view: unknown, name: string) => any
}

export type Metadata = Record<string, string | number | boolean>

/** The outcomes of the calls of one scope; `seen` is the sum of the others but `errors`. */
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
  /** The few keys that totals are kept of, read from every call when an output observes. */
  readonly readTotals?: ((call: Raw) => Metadata | undefined) | undefined
  /** The keys that totals add up, for the call around this one; see scope/nesting.ts. */
  readonly readAdded?: ((call: Raw) => Metadata | undefined) | undefined
  /** True when its metadata has such keys. */
  readonly adds?: boolean
  /** True when it has, and calls in it may tell of the same. */
  readonly nests?: boolean
  /** True when a method of its scope may be a part of it, which is then no call. */
  readonly hasParts?: boolean
  readonly part?: true | undefined
  /** The inputs that are embedded; unguarded, read only with `find_repeats`. */
  readonly inputs?: ((call: Raw) => unknown) | undefined
  readonly readChunk?: ((call: Raw) => Metadata | undefined) | undefined
  /** The keys of `readChunk` whose values are added up. */
  readonly sums?: readonly string[] | undefined
  readonly token?: ((chunk: unknown) => boolean) | undefined
  readonly counted?: ((chunk: unknown) => boolean) | undefined
  readonly failed?: ((call: Raw) => unknown) | undefined
  /** The same, where it names a chunk. */
  readonly failedChunk?: ((call: Raw) => unknown) | undefined
  readonly when: ((call: Raw) => boolean) | undefined
  readonly ends?: Endings | undefined
  readonly note?: ((call: Raw) => void) | undefined
  readonly known?: Method['known']
  readonly waits?: boolean | undefined
  readonly wait?: Wait | undefined
  readonly noteValue?: ((call: Raw) => void) | undefined
  readonly observe?: Method['observe']
  /** Says that Node may not report a rejection of the promise that it returned, or a function on the path to it did. */
  readonly unreported?: ((onTheWay?: boolean) => void) | undefined
  readonly counts: Counts
  /** The most specific threshold, in milliseconds. */
  slow_call_ms: number
  /** Decided when the configuration is read, never per call. */
  on: boolean
}

/** A record, as it leaves the agent; the field names are the JSON's. */
export interface ProfileRecord {
  name: string
  duration_ms: number
  /** Unix seconds when the call began. */
  timestamp: number
  library: string
  /** The error's class name, or the name that a returned failure gives. */
  error?: string
  /** The error's own number or code: 429, `ECONNREFUSED`, an SQLSTATE. */
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
  /** The duration less the time in which nested calls were under way. */
  self_ms?: number
  timing?: Timing
}

/** The functions that took a call's time, by samples; shares are of its time in which the event loop was not idle. */
export interface Hot {
  /** The five with most time of their own; `at` is a file and line, a package, or a module of Node. */
  readonly frames: readonly { readonly function: string; readonly at: string; readonly share: number }[]
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
  /** Only of a call in a request. */
  readonly traceId: string | undefined
  readonly spanId: string | undefined
}

/** An output of records. None of these throws. */
export interface Output {
  /** False for one that has only totals: a record that it does not take is not dropped. */
  readonly keeps?: boolean
  /** Takes one record; false when it had to be dropped. `context` is what `capture` gave when the call began. */
  write(record: ProfileRecord, context?: unknown): boolean
  /** Is told of every call's end. */
  readonly observe?: ((call: Observed) => void) | undefined
  /** Does ahead what the first record would wait for: opens a file, loads a package. */
  ready?(): void
  /** Captures the active context when a call begins. */
  capture?(): unknown
  /** Synchronous, at exit. */
  flush(): void
  /** After the last flush: says what is lost with the process. */
  exit?(): void
  /** When a reload has no more use of it. */
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
