import type { Method } from './method.ts'

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
  /** Its methods call each other, also after they have awaited: what the outermost calls is a part of it, whatever the scope. */
  readonly outermost?: boolean
  /** For all methods that do not say otherwise. */
  readonly observe?: Method['observe']
  /** The system that its calls talk to, by OpenTelemetry's names where it has one, else by the product's own. */
  readonly system?: System
  /** Its methods by the class that has them, with what they share. */
  readonly classes?: readonly Class[]
  /** Other functions. All of them, one by one: `methodsOf` in methods.ts. */
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
  /**
   * By name, or by several names with spaces between that share all; a list where calls of one have different scopes. A
   * text is a scope, and nothing besides.
   */
  readonly methods?: Readonly<Record<string, Member | readonly Member[]>>
  /**
   * Methods of the scope `manage`, by names with spaces between: the `operation` of `createIndex` is `create_index`. Or
   * each name with its operation.
   */
  readonly manages?: string | Readonly<Record<string, string>>
}
type Member = string | Said
type Said = Omit<Method, 'at' | 'channel' | 'module' | 'file' | 'scope' | 'from'> & { readonly scope?: string }

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
