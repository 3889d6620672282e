import type { Raw } from './read.ts'

/** How a call ends, one file a kind in scope/ending/. */
export type Ends =
  /** Its last argument, a function, is called; else the `callback` of a first one that is plain data. */
  | { readonly kind: 'callback' }
  /** It is the `then` of a lazy thenable: one of its two handlers is called. */
  | { readonly kind: 'then' }
  /** It is the `catch` of a lazy thenable: its handler is told of a failure, what it promises of a success. */
  | { readonly kind: 'catch' }
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
  readonly catch: boolean
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
