import type { LibraryState, WarnOnce } from '../model.ts'
import type { ModulePatch, Patch } from '../replace/patch.ts'

/** A path at whose end there is no function. */
export interface Missed {
  readonly at: string
  readonly where: string
  readonly near: readonly string[]
}

export type Note = (library: string, state: LibraryState, detail?: string) => void

/** Says, on stderr and in the ledger, what of a module is not profiled and why. */
export function createMisses(noteLibrary: Note, warnOnce: WarnOnce) {
  const note = ({ library, queue }: ModulePatch, state: LibraryState, detail?: string) => {
    if (queue !== 'beside') noteLibrary(library, state, detail)
  }
  const say = (cause: string, { library }: ModulePatch, text: string) => warnOnce(cause, `${library}: ${text}`)

  return {
    note,
    missing(module: ModulePatch, misses: readonly Missed[], version = '') {
      const { library, userEntry } = module
      for (const { at, where } of misses) note(module, 'shape_mismatch', `${at}: nothing at ${where}`)
      const what = `${module.module}${version && ` ${version}`}`
      const [{ at, where, near } = { at: '', where: '', near: [] }] = misses
      const hint = near.length > 0 ? `; near it: ${near.join(', ')}` : ''
      const others = misses.length > 1 ? `, nor ${listed(misses.slice(1).map((one) => one.at))}` : ''
      say(
        // One line is enough for a module that has none of them (a mock, perhaps); the ledger has each.
        `missing ${library}${userEntry && misses.length === 1 ? ` ${at}` : ''}`,
        module,
        `${at} was not found in ${what}, there is no function at ${where}${hint}${others}; ${lossOf(module)}`,
      )
    },
    unsupported(module: ModulePatch, detail: string) {
      note(module, 'unsupported_version', detail)
      say(`unsupported ${module.library}`, module, `${detail}; ${lossOf(module)}`)
    },
    fixed(module: ModulePatch, path: string, at: string, why: string) {
      note(module, 'unsafe_exports', `${at} in ${path}`)
      say(`fixed ${module.library} ${at} ${path}`, module, `${why} (${path}); ${lossOf(module)}`)
    },
    alreadyLoaded(module: ModulePatch, path: string) {
      note(module, 'loaded_before_agent', path)
      // Those of queues and routes are methods, which are patched in their class all the same.
      if (module.queue !== undefined || module.route) return
      warnOnce(
        `early ${module.library}`,
        `${module.module} was loaded before the agent; functions that were taken from it until now are not profiled. Start the agent first, before other --require and --import`,
      )
    },
    late(module: ModulePatch, path: string, patches: readonly Patch[]) {
      const ats = patches.slice(0, 3).map(({ at }) => at)
      note(module, 'unsafe_exports', `${ats.join(', ')} in ${path}, switched on after it was loaded`)
      say(
        `late ${module.library} ${path}`,
        module,
        `${ats.join(', ')} can't be switched on in a module that is loaded and whose exports can't be changed (${path}); restart the application to profile it`,
      )
    },
    /** The module is loaded as it is. */
    unwrapped(module: ModulePatch, state: LibraryState, detail: string) {
      note(module, state, detail)
      if (state === 'wrap_failed')
        say(
          `failed ${module.library} ${detail}`,
          module,
          `could not be hooked (${detail}); the file is loaded as it is, and ${lossOf(module).replace('it is ', '')}`,
        )
      else
        say(
          `unsafe ${module.library} ${detail}`,
          module,
          `exports that change later can't be hooked without breaking them (${detail}); the file is left untouched`,
        )
    },
  }
}

/** The first names, since a line is to be short. */
const listed = (names: readonly string[]) =>
  names.slice(0, 3).join(', ') + (names.length > 3 ? ` and ${names.length - 3} more` : '')

const lossOf = ({ queue, route, test }: ModulePatch) =>
  test
    ? 'its tests are not recorded'
    : route
      ? 'records of its requests have no route'
      : queue === undefined
        ? 'it is not profiled'
        : 'what waits there may count for another request or call'
