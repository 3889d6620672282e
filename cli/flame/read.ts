import type { Readable } from 'node:stream'
import { createGrowing } from './growing.ts'
import { NoProfile } from './no-profile.ts'
import type { CallFrame } from './places.ts'
import { createScan } from './scan.ts'

/** One CPU profile. Times are microseconds of the clock of its process. */
export interface Profile {
  readonly startUs: number
  readonly endUs: number
  readonly nodes: readonly ProfileNode[]
  /** The node of each sample by its number in `nodes`, -1 for none, and the time since the sample before. */
  readonly samples: Int32Array
  readonly deltasUs: Int32Array
}

export interface ProfileNode {
  readonly frame: CallFrame
  /** Numbers in `nodes`. */
  readonly children: readonly number[]
}

/** Far above any profile: one of an hour at 1 ms has 3.6 million samples. */
const mostSamples = 2 ** 24
const mostNodes = 500_000

/** Reads a `.cpuprofile`, and holds of it only figures and functions. Throws a `NoProfile`. */
export async function readProfile(from: Readable, progress: (bytes: number) => void = () => {}): Promise<Profile> {
  const nodes: ReturnType<typeof nodeOf>[] = []
  const lists = { samples: createGrowing(), timeDeltas: createGrowing() }
  const fields = { startTime: 0, endTime: 0 }
  const { push, end, keys } = createScan({
    node(value) {
      if (nodes.push(nodeOf(value)) > mostNodes) throw new NoProfile(`it has more than ${mostNodes} nodes`)
    },
    number(list, value) {
      if (lists[list as keyof typeof lists].push(value) > mostSamples)
        throw new NoProfile(`it has more than ${mostSamples} samples`)
    },
    field(name, value) {
      fields[name as keyof typeof fields] = value
    },
  })
  let bytes = 0
  const scan = (chunk: Buffer) => {
    try {
      push(chunk)
    } catch (error) {
      // Its samples are no numbers.
      throw keys.has('head') ? new NoProfile(whatElse(keys)) : error
    }
  }
  for await (const chunk of from) {
    scan(chunk as Buffer)
    bytes += (chunk as Buffer).length
    progress(bytes)
  }
  end()
  const [samples, deltasUs] = [lists.samples.all(), lists.timeDeltas.all()]
  if (nodes.length === 0 || Math.min(samples.length, deltasUs.length) === 0) throw new NoProfile(whatElse(keys))
  return { startUs: fields.startTime, endUs: fields.endTime, ...linked(nodes, samples), deltasUs }
}

function whatElse(keys: ReadonlySet<string>): string {
  if (keys.has('head')) return 'it is a heap profile, or an old one; DevTools opens it, in its Memory panel'
  if (keys.has('traceEvents')) return "it is a trace of DevTools' Performance panel, which can save its CPU profile"
  if (keys.has('duration_ms')) return 'it is a record, for `npx @crossbridge/agent report`'
  const missing = ['nodes', 'samples', 'timeDeltas'].filter((key) => !keys.has(key))
  return missing.length > 0 ? `it has no ${missing.join(', no ')}` : 'it has no sample'
}

function nodeOf(value: unknown) {
  const { id, callFrame, children, parent } = (value ?? {}) as Record<string, unknown>
  const { functionName, url, lineNumber } = (callFrame ?? {}) as Record<string, unknown>
  return {
    id,
    parent,
    children: Array.isArray(children) ? children : [],
    frame: {
      functionName: typeof functionName === 'string' ? functionName : '',
      url: typeof url === 'string' ? url : '',
      lineNumber: typeof lineNumber === 'number' ? lineNumber : -1,
    },
  }
}

/** Nodes by their number instead of their id. */
function linked(nodes: readonly ReturnType<typeof nodeOf>[], ids: Int32Array) {
  const numbers = new Map(nodes.map(({ id }, i) => [id, i]))
  const made = nodes.map(({ frame, children }) => ({
    frame,
    children: children.flatMap((id: unknown) => numbers.get(id) ?? []),
  }))
  // Some writers say it the other way round.
  nodes.forEach(({ parent }, i) => {
    const above = parent === undefined ? undefined : numbers.get(parent)
    if (above !== undefined) made[above]?.children.push(i)
  })
  return { nodes: made, samples: ids.map((id) => numbers.get(id) ?? -1) }
}
