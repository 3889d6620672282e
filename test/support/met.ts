// A preload: hooks every built-in library as the agent does, and says at exit which of their files were met.
import { attach, type Target } from '../../agent/load/attach.ts'
import { targetsOf } from '../../agent/load/target.ts'
import { outlineOf } from '../../agent/manifest.ts'
import type { Point } from '../../agent/model.ts'
import type { Fn } from '../../agent/replace/patch.ts'
import { builtIns } from '../../build/libraries.ts'

/** What a process prints in one line. */
export interface Met {
  /** `ioredis built/Redis`; a main file is `openai undefined`. */
  readonly met: readonly string[]
  /** Paths that find nothing, and what else was told. */
  readonly told: readonly string[]
  readonly states: readonly string[]
}

const met = new Set<string>()
const told: string[] = []
const states: string[] = []
const wrap = (_: readonly Point[], original: Fn): Fn =>
  function (this: unknown, ...args) {
    return Reflect.apply(original, this, args)
  }
const targets = builtIns.flatMap((library): Target[] => {
  const outline = outlineOf(library)
  const points = () => library.methods.map((method) => ({ method, point: { on: true } as Point }))
  const every = outline.scopes.map(() => true)
  const parts = { outline, on: every, isOn: () => true, points, own: false }
  return targetsOf(parts, wrap).map((target) => ({
    ...target,
    methods() {
      met.add(`${library.name} ${target.file}`)
      return target.methods()
    },
  }))
})
attach({
  targets,
  folder: process.cwd(),
  track: false,
  follow: (result) => result,
  note: (library, state, detail) => states.push(`${library} ${state} ${detail}`),
  tell: (_, message) => told.push(message),
  fault: (error) => told.push(String((error as Error)?.stack ?? error)),
})
process.on('exit', () => console.log(JSON.stringify({ met: [...met], told, states } satisfies Met)))
