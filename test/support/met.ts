// A preload: hooks every built-in library as the agent does, and says at exit which of their files were met.
import { attach } from '../../agent/load/attach.ts'
import { modulePatchesOf, patchesByFile } from '../../agent/load/module-patches.ts'
import { manifestOf } from '../../agent/manifest.ts'
import { methodsOf } from '../../agent/methods.ts'
import type { Point } from '../../agent/model.ts'
import type { Fn, ModulePatch } from '../../agent/replace/patch.ts'
import { builtIns } from '../../build/libraries.ts'

/** What a process prints in one line. */
export interface Met {
  /** `ioredis built/Redis`; a main file is `openai undefined`. */
  readonly met: readonly string[]
  /** Paths that find nothing, and what else was reported. */
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
const modules = builtIns.flatMap((library): ModulePatch[] => {
  const manifest = manifestOf(library)
  const points = methodsOf(library).map((method) => ({ method, point: { on: true } as Point }))
  const patches = patchesByFile(manifest, points, wrap)
  const patchesIn = (file: string | undefined) => patches.get(file) ?? []
  const on = () => true
  return modulePatchesOf(manifest, { mayBeOn: on, isOn: on, patchesIn, userEntry: false }).map((module) => ({
    ...module,
    patches() {
      met.add(`${library.name} ${module.file}`)
      return module.patches()
    },
  }))
})
attach({
  modules,
  folder: process.cwd(),
  track: false,
  follow: (result) => result,
  note: (library, state, detail) => states.push(`${library} ${state} ${detail}`),
  warnOnce: (_, message) => told.push(message),
  fault: (error) => told.push(String((error as Error)?.stack ?? error)),
})
process.on('exit', () => console.log(JSON.stringify({ met: [...met], told, states } satisfies Met)))
