import type { Finding } from '../model.ts'
import type { CallTree } from '../tree.ts'

/** Looks for one kind of waste. */
export interface Detector {
  /** Takes the calls of a request, or a call that is known to belong to none. */
  look(tree: CallTree): void
  findings(): readonly Finding[]
}
