import { chunk } from '../chunk.ts'
import type { OutputOf } from '../config/unions.ts'
import type { WarnOnce } from '../model.ts'
import type { Rotation } from './rotate.ts'

/** The part that rotates a file, loaded where it is configured. */
export function openRotation(
  rotate: OutputOf<'file'>['rotate'],
  warnOnce: WarnOnce,
  now: () => number,
): Rotation | undefined {
  if (rotate.size_mb === 0 && rotate.age_hours === 0) return undefined
  return chunk<typeof import('./rotate.ts')>('rotate').createRotation(rotate, warnOnce, now)
}
