import { agentRequire } from '../chunk.ts'

/** The packages that profile the processor in the process, by a part of their files' paths. */
const profilers =
  /[\\/]node_modules[\\/](@datadog[\\/]pprof|@pyroscope[\\/]nodejs|@sentry(?:-internal)?[\\/](?:profiling-node|node-cpu-profiler)|v8-profiler-next|pprof)[\\/]/

/** The reason not to profile in this process: who does already; undefined if nobody does. */
export function whyAside(kind: 'cpu' | 'heap', debuggerUrl: () => string | undefined): string | undefined {
  const flag = flagIn([...process.execArgv, ...(process.env.NODE_OPTIONS ?? '').split(/\s+/)], kind)
  if (flag !== undefined) return `${flag} profiles this process`
  if (debuggerUrl() !== undefined) return "a debugger may attach to this process (Node's inspector is open)"
  return kind === 'cpu' ? loadedProfiler() : undefined
}

function flagIn(words: readonly string[], kind: 'cpu' | 'heap'): string | undefined {
  const flags = kind === 'cpu' ? /^--(cpu-prof|prof)$/ : /^--heap-prof$/
  return words.map((word) => word.replace(/["'\\]/g, '')).find((word) => flags.test(word))
}

/** By the modules of CommonJS, which all of them are and have. */
function loadedProfiler(): string | undefined {
  for (const file in agentRequire().cache) {
    const found = profilers.exec(file)
    if (found !== null) return `${found[1]?.replaceAll('\\', '/')} profiles this process`
  }
  return undefined
}
