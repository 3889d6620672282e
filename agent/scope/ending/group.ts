import type { Stamp } from '../../stamp.ts'
import type { Watcher } from './watcher.ts'

/** The watchers of each object. */
export type Groups = Stamp<Watcher[]>

const most = 1000

/**
 * Watches an object once, for all calls that give it: each watcher on top of the last would make its methods deeper
 * with every call. False where it can't be watched, or too many calls wait for an object that nobody looks at.
 */
export function watchOnce(
  groups: Groups,
  object: object,
  watcher: Watcher,
  install: (watcher: Watcher) => boolean,
): boolean {
  const others = groups.of(object)
  if (others === undefined) {
    const all = [watcher]
    if (!install(together(all, watcher))) return false
    groups.put(object, all)
    return true
  }
  if (others.length >= most) return false
  others.push(watcher)
  watcher.park()
  return true
}

/** They end together; watchers that come later wait for the next end. */
function together(all: Watcher[], first: Watcher): Watcher {
  const { run, between, timed, observe, unreported } = first
  return {
    run,
    between,
    timed,
    observe,
    unreported,
    park() {
      for (const one of all) one.park()
    },
    look(restart) {
      for (const one of all) one.look(restart)
    },
    chunk:
      first.chunk &&
      ((value) => {
        for (const one of all) one.chunk?.(value)
      }),
    end(result) {
      for (const one of all.splice(0)) one.end(result)
    },
    fail(error) {
      for (const one of all.splice(0)) one.fail(error)
    },
  }
}
