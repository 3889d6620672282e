import { dirname } from 'node:path'
import { libraryOf, manifests } from '../agent/library.ts'
import { watchKey } from '../agent/load/bundled.ts'
import { located } from '../agent/load/loader.ts'
import { compileMatch, type Match } from '../agent/load/match.ts'
import { modulePatchesOf, patchesByFile } from '../agent/load/module-patches.ts'
import { type Manifest, manifestOf } from '../agent/manifest.ts'
import { methodsOf } from '../agent/methods.ts'
import type { Instrumentation } from '../agent/model.ts'
import type { ModulePatch } from '../agent/replace/patch.ts'
import { openRoutes } from '../agent/request/open.ts'
import { pinoLines } from '../agent/request/pino.ts'
import { queuesOf } from '../agent/request/queue.ts'
import { findConfig } from '../cli/find-config.ts'

/** What the agent would watch in a process that is started here, all of it switched on. */
export interface WatchedModules {
  readonly modules: readonly ModulePatch[]
  readonly match: Match
  readonly keyOf: (module: ModulePatch) => string
}

const yes = () => true
const no = () => {}

/** From the same data as in the running process: the libraries' manifests, and the entries of crossbridge.yml. */
export function readWatched(cwd: string, env: NodeJS.ProcessEnv): WatchedModules {
  const { instrumentations, file } = findConfig(cwd, env)
  const folder = file === undefined ? cwd : dirname(file)
  const builtIns = manifests().filter(({ name }) => !instrumentations.some((entry) => entry.name === name))
  const modules = [
    ...builtIns.flatMap((manifest) => modulesOf(manifest, () => libraryOf(manifest.name), false)),
    ...instrumentations.flatMap((entry) => modulesOf(manifestOf(entry), () => entry, true)),
    ...openRoutes(no, yes, no),
    pinoLines(no as never, yes, no),
  ]
  const placed = located(modules, folder)
  return {
    modules: placed,
    match: compileMatch(placed, ['module', 'webpack']),
    keyOf: (module) => watchKey(module, folder),
  }
}

function modulesOf(manifest: Manifest, read: () => Instrumentation, userEntry: boolean): ModulePatch[] {
  let byFile: ReturnType<typeof patchesByFile> | undefined
  const patchesIn = (key: string | undefined) => {
    byFile ??= patchesByFile(manifest, methodsOf(read()).map(pointless), neverCalled)
    return byFile.get(key) ?? []
  }
  const kept = { contexts: neverCalled, bound: neverCalled, enterFor: neverCalled } as never
  return [
    ...modulePatchesOf(manifest, { mayBeOn: yes, isOn: yes, patchesIn, userEntry }),
    ...queuesOf(manifest, { wanted: yes, ownWanted: yes, kept, userEntry }),
  ]
}

const pointless = (method: ReturnType<typeof methodsOf>[number]) => ({ method, point: {} as never })
const neverCalled = (() => {
  throw new Error('nothing is patched while a bundle is made')
}) as () => never
