import { isMainThread } from 'node:worker_threads'
import { createProfileFiles } from '../../agent/output/profile-files.ts'
import { beginProfiling, sampleAllocations } from '../../agent/process/sessions.ts'
import { variables } from './variables.ts'

// In front of the application: it profiles to the end of the process, and is no part of the agent.
const { env, argv } = process
const folder = env[variables.folder]
// They only start it, and hand the variables on; register.mjs knows the same.
const isPackageManager =
  /[\\/](npm|npx|yarn|pnpm|pnpx|corepack)[\w.-]*$|[\\/]\.?bin[\\/](npm|npx|yarn|pnpm)[\w.-]*$/.test(argv[1] ?? '')
if (folder !== undefined && isMainThread && !isPackageManager) begin(folder)

function begin(path: string): void {
  const kind = env[variables.kind] === 'heap' ? 'heap' : 'cpu'
  const intervalMs = Number(env[variables.interval]) || 1
  for (const name of Object.values(variables)) delete env[name]
  const stop = kind === 'cpu' ? beginProfiling(intervalMs) : sampleAllocations(64).take
  const files = createProfileFiles({
    ...{ option: `${kind}_profile`, path, keep: Number.MAX_SAFE_INTEGER },
    location: () => '--out',
    warnOnce: (_, message) => process.stderr.write(`crossbridge: ${message}\n`),
  })
  const name = files.nameOf('run')
  let isDone = false
  const write = () => {
    if (isDone) return
    isDone = true
    const profile = stop()
    if (profile !== undefined) files.write(name, profile)
  }
  process.once('exit', write)
  // Without a listener a signal ends the process with no exit to be seen.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    const heard = () => {
      if (process.listenerCount(signal) > 1) return
      write()
      process.off(signal, heard)
      process.kill(process.pid, signal)
    }
    process.on(signal, heard)
  }
}
