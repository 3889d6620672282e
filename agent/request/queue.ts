import { isAbsolute } from 'node:path'
import { compileAt } from '../locate/path.ts'
import type { Manifest } from '../manifest.ts'
import type { Queue } from '../model.ts'
import type { Fn, ModulePatch } from '../replace/patch.ts'
import type { Kept } from './kept.ts'

interface QueueParts {
  /** True when requests are followed now. */
  readonly wanted: () => boolean
  /** The same for what the library's own package keeps, which may hold calls of a framework apart. */
  readonly ownWanted: () => boolean
  readonly kept: Kept
  readonly userEntry: boolean
}

/** One for each file that keeps work. Nothing is profiled there; work runs in the request in which it was passed. */
export function queuesOf(
  { queues = [], ...manifest }: Manifest,
  { kept, userEntry, ...parts }: QueueParts,
): ModulePatch[] {
  const moduleOf = ({ module = manifest.module }: Queue) => module
  const fileOf = ({ module, file = module === undefined ? manifest.file : undefined }: Queue) => file

  const keyOf = (queue: Queue) => `${moduleOf(queue)} ${fileOf(queue)}`
  return [...new Set(queues.map(keyOf))].map((key) => {
    const same = queues.filter((queue) => keyOf(queue) === key)
    const [first] = same as [Queue]
    const wanted = first.module === undefined ? parts.ownWanted : parts.wanted
    return {
      library: manifest.name,
      module: moduleOf(first),
      file: fileOf(first),
      versions: first.module === undefined ? manifest.versions : undefined,
      userEntry,
      wanted,
      ranges: same.map(({ versions }) => versions),
      queue: manifest.scopes.length > 0 ? 'beside' : 'alone',
      patches: () =>
        same.map(({ at, binds, versions }) => ({
          at,
          path: compileAt(at),
          versions,
          inUserFile: isAbsolute(moduleOf(first)),
          wrap: (original: Fn) => binding(original, binds, kept),
          on: wanted,
        })),
    }
  })
}

/** Wraps a function that keeps an argument; the wrapper behaves as it does. */
function binding(original: Fn, binds: string, kept: Kept): Fn {
  const only = binds === 'functions' ? undefined : Number(binds.slice('args.'.length))
  const isKept = (value: unknown, i: number) => typeof value === 'function' && (only ?? i) === i
  const passed = (args: IArguments) => Array.from(args, (value, i) => (isKept(value, i) ? kept.bound(value) : value))
  const isObject = (args: IArguments) => only !== undefined && typeof args[only] === 'object' && args[only] !== null

  // Each frame of ours takes one of the application's out of its stack traces.
  if (Object.hasOwn(original, 'prototype')) {
    return function shell(this: unknown) {
      if (new.target) return Reflect.construct(original, arguments, new.target === shell ? original : new.target)
      if (!isObject(arguments)) return Reflect.apply(original, this, passed(arguments))
      const leave = kept.enterFor(arguments[only as number])
      if (leave === undefined) return Reflect.apply(original, this, arguments)
      try {
        return Reflect.apply(original, this, arguments)
      } finally {
        leave()
      }
    }
  }
  return {
    shell(this: unknown) {
      if (!isObject(arguments)) return Reflect.apply(original, this, passed(arguments))
      const leave = kept.enterFor(arguments[only as number])
      if (leave === undefined) return Reflect.apply(original, this, arguments)
      try {
        return Reflect.apply(original, this, arguments)
      } finally {
        leave()
      }
    },
  }.shell
}
