import { manifests } from '../../agent/library.ts'
import { manifestOf } from '../../agent/manifest.ts'
import type { Instrumentation } from '../../agent/model.ts'
import { word } from './guess.ts'

/** The names of an entry that clash with no other name or target: a word in `targets` must mean one thing. */
export function namesFor(
  stem: string,
  userEntries: readonly Instrumentation[],
): { readonly target: string; nameBeside(targets: readonly string[]): string } {
  const others = [...manifests(), ...userEntries.map(manifestOf)]
  const names = new Set(['app', 'network', ...others.map(({ name }) => name)])
  const targets = new Set(others.flatMap((one) => [one.target, ...one.scopes.map((scope) => scope.split('.')[0])]))
  const target = free(word(stem), (one) => names.has(one) || targets.has(one), 'calls')
  return {
    target,
    nameBeside: (used) =>
      free(word(stem).replaceAll('_', '-'), (one) => names.has(one) || targets.has(one) || used.includes(one), 'my'),
  }
}

/** `search`, else `my-search` or `search_calls`, else with a number. */
function free(wanted: string, isTaken: (name: string) => boolean, mark: 'my' | 'calls'): string {
  if (!isTaken(wanted)) return wanted
  const marked = mark === 'my' ? `my-${wanted}` : `${wanted}_calls`
  for (let n = 1; ; n++) {
    const name = n === 1 ? marked : `${marked}${mark === 'my' ? '-' : '_'}${n}`
    if (!isTaken(name)) return name
  }
}
