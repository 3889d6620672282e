import { register } from 'node:module'
import { agentRequire, besideChunks } from '../chunk.ts'
import type { Watched } from '../replace/patch.ts'
import type { LoaderData, LoaderMessage, Required } from './loader-thread.ts'

const require = agentRequire()

/** The hooks of Node versions without safe synchronous ones, in a thread of their own. */
export function startThread() {
  const { MessageChannel, receiveMessageOnPort } =
    require('node:worker_threads') as typeof import('node:worker_threads')
  const { port1, port2 } = new MessageChannel()
  type Hear = (message: LoaderMessage) => void

  return {
    open(watched: readonly Watched[], hear: Hear) {
      port1.on('message', hear).unref()
      const plain = watched.map(({ module, file, root, versions, ranges, pathStarts, userEntry = false }) => ({
        module,
        file,
        root,
        versions,
        ranges,
        pathStarts,
        userEntry,
      }))
      const data: LoaderData = { watched: plain, port: port2 }
      withoutBackgroundCompiler(() => {
        register(besideChunks('loader-thread.mjs'), { data, transferList: [port2] })
      })
    },
    required: (path: string) => port1.postMessage({ required: path } satisfies Required),
    /** Hears all messages that the thread has sent so far. */
    drain(hear: Hear) {
      for (let left = receiveMessageOnPort(port1); left; left = receiveMessageOnPort(port1)) hear(left.message)
    },
  }
}

/**
 * The loader thread that Node makes in `run` compiles in itself what it optimizes. On Node 20 a job in the background may
 * wait for that thread to collect garbage while it waits for the job, each time it has nothing to do: the process then
 * hangs at an `import` (SpinEventLoop drains tasks of every priority; nodejs/node#47297, #58047).
 */
function withoutBackgroundCompiler(run: () => void): void {
  // A flag that somebody has set is to stay.
  const isSet = process.execArgv.some((word) => /concurrent.recompilation|single.threaded|predictable/.test(word))
  const { setFlagsFromString } = process.getBuiltinModule('node:v8')
  if (!isSet) setFlagsFromString('--no-concurrent-recompilation')
  try {
    run()
  } finally {
    if (!isSet) setFlagsFromString('--concurrent-recompilation')
  }
}
