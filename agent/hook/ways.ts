import { compileAt } from '../path.ts'

/** How a way begins, as plain data for the loader thread. */
export interface Way {
  /** The export that it begins at. */
  readonly name: string
  /** Whether that export itself is replaced: the way ends there, or goes on through what it returns or makes. */
  readonly sets: boolean
  /** Whether it goes on over a class's prototype, which can always be changed. */
  readonly proto: boolean
}

export function wayOf(at: string): Way {
  const [first, next] = compileAt(at)
  return {
    name: first?.kind === 'get' && typeof first.name === 'string' ? first.name : '',
    sets: next === undefined || (next.kind !== 'get' && next.kind !== 'up'),
    proto: next?.kind === 'get' && next.name === 'prototype',
  }
}
