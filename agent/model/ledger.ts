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

/** Says one thing to the user, once per cause. */
export type WarnOnce = (cause: string, message: string) => void
