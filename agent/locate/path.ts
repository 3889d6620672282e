/**
 * The words of `at`, the path from a module's exports to a function:
 * `name` a property, `@@asyncIterator` one with that well-known symbol; `name()` the result of this call, a promise's
 * value included; `name(=>)` the first argument of a function that is passed to it; `^` the prototype's parent, `^9` nine
 * of them; `new` the objects made through this class; a `name?` may be missing.
 */
export type Step =
  | { readonly kind: 'get'; readonly name: string | symbol; readonly optional?: true }
  | { readonly kind: 'up' }
  | { readonly kind: 'call' }
  | { readonly kind: 'callbackArgument' }
  | { readonly kind: 'new' }

/** `name`, `name()`, `name(=>)`, `name^^`, `name?`. No literal: what Unicode says of names takes 0.3 ms when that is read. */
const named = '^([\\p{ID_Start}$_][\\p{ID_Continue}$]*)(\\((?:=>)?\\))?(\\^*|\\^\\d)(\\?)?$'

/** Compiles `createClient().execute` to steps; throws with what is wrong. */
export function compileAt(at: string): readonly Step[] {
  const segments = at.split('.')
  const steps = segments.flatMap((segment): Step[] => {
    if (segment === 'new') return [{ kind: 'new' }]
    const symbol = segment.startsWith('@@') && (Symbol as unknown as Record<string, unknown>)[segment.slice(2)]
    if (typeof symbol === 'symbol') return [{ kind: 'get', name: symbol }]
    const found = new RegExp(named, 'u').exec(segment)
    if (found === null)
      throw new Error(
        `${JSON.stringify(segment)} is not a step; write name, name(), name(=>), name^ or new between dots`,
      )
    const [, name = '', call, up = '', optional] = found
    const parents = Array.from({ length: Number(up.slice(1)) || up.length }, (): Step => ({ kind: 'up' }))
    return [
      { kind: 'get', name, ...(optional && { optional: true }) },
      ...(call ? [{ kind: call === '()' ? 'call' : 'callbackArgument' } as const] : []),
      ...parents,
    ]
  })
  if (steps[0]?.kind !== 'get') throw new Error('the first step must be the name of an export')
  if (steps.at(-1)?.kind !== 'get') throw new Error('the last step must be the name of a function')
  return steps
}

/** The begin of a path, as plain data for the loader thread. */
export interface PathStart {
  /** The export that it begins at. */
  readonly name: string
  /** True when that export itself is replaced: the path ends there, or goes on through its results or objects. */
  readonly sets: boolean
  /** True when it goes on over a class's prototype, which can always be changed. */
  readonly proto: boolean
}

export function pathStartOf(at: string): PathStart {
  const [first, next] = compileAt(at)
  return {
    name: first?.kind === 'get' && typeof first.name === 'string' ? first.name : '',
    sets: next === undefined || (next.kind !== 'get' && next.kind !== 'up'),
    proto: next?.kind === 'get' && next.name === 'prototype',
  }
}
