import { fileURLToPath } from 'node:url'
import type { Fn } from '../call.ts'

/** Frames are captured by V8 without being formatted, those of `from` and above left out; formatting waits until a record needs it. */
export function capture(from: Fn): { readonly stack?: unknown } {
  const holder = {}
  captureStackTrace(holder, from)
  return holder
}

// As it was before the application loaded; `Error.stackTraceLimit` in force is the application's.
const { captureStackTrace } = Error

/** The application's frames: not Node's, nor a package's, nor the agent's. */
export function applicationFrames(holder: { readonly stack?: unknown }): string {
  try {
    // Formatting calls the application's own `Error.prepareStackTrace`, if it has one.
    const { stack } = holder
    const frames = Array.isArray(stack) ? stack.map((site) => `    at ${site}`) : String(stack).split('\n')
    return frames
      .filter((line) => /^\s+at /.test(line) && !foreign.test(line) && !agentPaths.some((path) => line.includes(path)))
      .slice(0, mostFrames)
      .map((line) => line.trim())
      .join('\n')
  } catch {
    return ''
  }
}

const mostFrames = 50
const foreign = /[\\/]node_modules[\\/]|\(node:|at node:|<anonymous>\)?$|\(index \d+\)$/
// The agent's frames are paths where it runs as CommonJS, and URLs where the api is an ES module.
const folder = new URL('..', import.meta.url)
const agentPaths = [folder.pathname, fileURLToPath(folder)]
