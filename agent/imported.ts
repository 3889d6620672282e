import { relative } from 'node:path'

const preload = /(?:^|\s)(?:-r|--require|--import|--(?:experimental-)?loader)[ =]+(?:"([^"]*)"|'([^']*)'|(\S+))/g

/**
 * Says how to start the agent, for an application that imports it itself: too late for what it has loaded. Undefined when
 * it is preloaded, or may be by a file of the application's own.
 */
export function whyLate(env: NodeJS.ProcessEnv): { readonly text: string; readonly inModule: boolean } | undefined {
  const { argv, execArgv, mainModule } = process
  const [, script] = argv
  if (script === undefined || (mainModule === undefined && mayBePreloaded(`${execArgv.join(' ')} ${env.NODE_OPTIONS}`)))
    return undefined
  const path = relative(process.cwd(), script)
  const text = `the application imports @crossbridge/agent itself, which is too late for what it has loaded by then; start it so: node --import @crossbridge/agent ${path.startsWith('..') ? script : path}`
  return { text, inModule: mainModule === undefined }
}

function mayBePreloaded(words: string): boolean {
  return [...words.matchAll(preload)].some(([, double, single, plain]) => {
    const module = double ?? single ?? plain ?? ''
    const isPackage = /[\\/]node_modules[\\/]/.test(module) || !/^(\.|\/|file:|[a-z]:[\\/])/i.test(module)
    return !isPackage || /@crossbridge[\\/]agent/.test(module)
  })
}
