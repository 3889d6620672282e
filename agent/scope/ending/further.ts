import { isProxy } from 'node:util/types'
import type { Scope } from '../../call.ts'
import type { Endings } from '../../model.ts'
import { dataOf } from '../../own-data.ts'
import { type PortionParts, portions } from './portions.ts'
import { shadow } from './watcher.ts'

/**
 * A call that has ended with its first page, since its caller may want no other. Where further ones are fetched through
 * its result, they are another call of the same method with the same arguments.
 */
export function watchFurther(
  { point, self, args }: Scope,
  result: unknown,
  { by, last }: NonNullable<Endings['further']>,
  { pipeline, begin, watcherOf }: PortionParts,
): void {
  try {
    if (typeof dataOf(result, by) !== 'function' || isProxy(result) || !Object.isExtensible(result)) return
    shadow(result, by, (original) => {
      const parts = {
        pipeline,
        watcherOf,
        choose: () => (point.on ? of : undefined),
        begin: () => begin(of, self, args),
      }
      const of = { ...point, ends: { ...(point.ends as Endings), portion: { closes: false, last } } }
      return portions([of], original, parts)
    })
  } catch (error) {
    pipeline.fault(error)
  }
}
