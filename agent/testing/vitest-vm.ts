import { subscribe } from 'node:diagnostics_channel'
import { isMainThread } from 'node:worker_threads'
import type { Framework } from './framework.ts'
import { library } from './vitest-tasks.ts'

const module = { library, module: 'vitest', versions: '>=3 <5' }

/**
 * Its pools that evaluate modules in contexts of their own, `@vitest/runner` among them: nothing that Node loads tells of
 * tests. It is reported once in a run: by the threads of a process together, of processes by the first of 3, which have
 * numbers from 1 on, and with 4 by the one that starts them.
 */
export const vitestVm: readonly Framework[] = ['vmThreads', 'vmForks'].map((pool) => ({
  ...module,
  file: `dist/workers/${pool}`,
  attach: (tests) => {
    const isFile = (path: unknown) => typeof path === 'string' && endOf(pool).test(path)
    const tell = () =>
      tests.warnOnce(
        'vitest vm',
        `vitest's pool ${pool} loads modules past Node's loader: no test is recorded, and no call in one; use the pool forks or threads (\`pool\` in vitest's configuration, or --pool=forks)`,
      )
    if (!isMainThread && isFile(process.argv[1])) tell()
    else if (isMainThread && pool === 'vmForks') onSpawn((args) => args.some(isFile) && tell())
    return {
      seen: () => {
        if (!isMainThread || process.env.VITEST_WORKER_ID === '1') tell()
      },
    }
  },
}))

const endOf = (pool: string) => new RegExp(`[\\\\/]vitest[\\\\/]dist[\\\\/]workers[\\\\/]${pool}\\.js$`)

/** A process has its arguments right after it is told of. */
function onSpawn(told: (args: readonly string[]) => void): void {
  subscribe('child_process', (message) => {
    const { process } = message as { readonly process?: { readonly spawnargs?: readonly string[] } }
    queueMicrotask(() => told(process?.spawnargs ?? []))
  })
}
