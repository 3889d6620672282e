import type { Outline } from '../manifest.ts'
import type { Queue } from '../model.ts'
import type { Fn } from '../replace/patch.ts'
import type { Kept } from '../request/kept.ts'
import type { Target } from './attach.ts'
import { groupBy } from './target.ts'

interface QueueParts {
  /** Whether requests are followed now. */
  readonly wanted: () => boolean
  readonly kept: Kept
  /** One of the user's own. */
  readonly own: boolean
}

/** One target for each file in which work waits. Nothing is profiled there; what is kept runs where it was given. */
export function queuesOf({ queues = [], ...outline }: Outline, { wanted, kept, own }: QueueParts): Target[] {
  const moduleOf = ({ module = outline.module }: Queue) => module
  const fileOf = ({ module, file = module === undefined ? outline.file : undefined }: Queue) => file

  return [...groupBy(queues, (queue) => `${moduleOf(queue)} ${fileOf(queue)}`).values()].map((same) => {
    const [first] = same as [Queue]
    return {
      library: outline.name,
      module: moduleOf(first),
      file: fileOf(first),
      versions: first.module === undefined ? outline.versions : undefined,
      own,
      wanted,
      ranges: same.map(({ versions }) => versions),
      queue: outline.scopes.length > 0 ? 'beside' : 'alone',
      methods: () =>
        same.map(({ at, binds, versions }) => ({
          at,
          from: undefined,
          versions,
          wrap: (original) => binding(original, binds, kept),
          on: wanted,
        })),
    }
  })
}

/** What takes the place of a function that keeps what it is given: it behaves as that does. */
function binding(original: Fn, binds: string, kept: Kept): Fn {
  const only = binds === 'functions' ? undefined : Number(binds.slice('args.'.length))
  const isKept = (value: unknown, i: number) => typeof value === 'function' && (only ?? i) === i
  const passed = (args: IArguments) => Array.from(args, (value, i) => (isKept(value, i) ? kept.bound(value) : value))
  const isObject = (args: IArguments) => only !== undefined && typeof args[only] === 'object' && args[only] !== null

  // Each frame of ours takes one of the application's out of its stack traces.
  if (Object.hasOwn(original, 'prototype')) {
    return function shell(this: unknown) {
      if (new.target) return Reflect.construct(original, arguments, new.target === shell ? original : new.target)
      if (isObject(arguments)) return kept.run(arguments[only as number], original, this, arguments)
      return Reflect.apply(original, this, passed(arguments))
    }
  }
  return {
    shell(this: unknown) {
      if (isObject(arguments)) return kept.run(arguments[only as number], original, this, arguments)
      return Reflect.apply(original, this, passed(arguments))
    },
  }.shell
}
