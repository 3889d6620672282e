import { randomBytes } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Variant, Workload } from '../model.ts'
import type { Job } from '../worker/protocol.ts'
import { dimensionsOf } from './described.ts'
import type { Bench } from './run.ts'

/** The part of a variant's jobs that is alike in all: its names are its own, in this benchmark and beside others. */
export function jobsOf(folder: string, variants: readonly Variant[], workload: Workload | undefined): Bench['jobOf'] {
  const prefix = `crossbridge_bench_${randomBytes(4).toString('hex')}`
  return (variant): Omit<Job, 'kind'> => {
    const number = variants.findIndex(({ name }) => name === variant.name)
    const own = join(folder, `store-${number}`)
    mkdirSync(own, { recursive: true })
    return {
      ...{ variant, name: `${prefix}_${number}`, folder: own },
      ...(workload !== undefined && { workload: folder }),
      ...{ k: workload?.k ?? 10, metric: workload?.metric ?? 'cosine' },
      dimensions: workload === undefined ? 0 : dimensionsOf(workload),
    }
  }
}
