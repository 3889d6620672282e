import type { Instrumentation, Method, Point, Wire } from '../model.ts'
import { compileRoute, type Route } from './route.ts'

/** A request as a service's words read it: `args.0`. */
export interface WireRequest {
  readonly host: string
  /** Without its path. */
  readonly url: string
  readonly params: Readonly<Record<string, string>>
  readonly query: Readonly<Record<string, string>>
  readonly body?: unknown
}

export interface Service {
  readonly wire: Wire
  readonly calls: readonly { readonly route: Route; readonly points: readonly Point[] }[]
}

interface Parts {
  readonly wires: readonly Wire[]
  /** `wire_hosts`. */
  readonly hosts: Readonly<Record<string, readonly string[]>>
  readonly compile: (instrumentation: Instrumentation, method: Method) => Point
}

/** Finds the service at a host; each is compiled when its host is first met. */
export function createServices({ wires, hosts, compile }: Parts): (host: string) => Service | undefined {
  const named = new Map<string, Wire>()
  const patterns: { readonly host: RegExp; readonly wire: Wire }[] = []
  for (const wire of wires)
    for (const host of [...wire.hosts, ...(hosts[wire.name] ?? [])]) {
      if (host.includes('*')) patterns.push({ host: patternOf(host), wire })
      else named.set(host, wire)
    }
  const compiled = new Map<Wire, Service>()
  const known = new Map<string, Service | undefined>()
  const serviceOf = (wire: Wire) => {
    const service = compiled.get(wire) ?? compileService(wire, compile)
    compiled.set(wire, service)
    return service
  }
  return (host) => {
    if (known.has(host)) return known.get(host)
    const wire = wireAt(named, host) ?? patterns.find((one) => one.host.test(host))?.wire
    const service = wire && serviceOf(wire)
    if (known.size >= mostHosts) known.clear()
    known.set(host, service)
    return service
  }
}

const mostHosts = 256
const patternOf = (host: string) => new RegExp(`^${host.replaceAll('.', '\\.').replaceAll('*', '[\\w-]+')}$`)

/** Of `eu.api.openai.com` that of `api.openai.com`; a host with its port, which only `wire_hosts` has, first. */
function wireAt(named: ReadonlyMap<string, Wire>, host: string): Wire | undefined {
  const own = named.get(host)
  if (own !== undefined) return own
  const labels = host.replace(/:\d+$/, '').split('.')
  for (let i = 0; i < labels.length; i++) {
    const found = named.get(labels.slice(i).join('.'))
    if (found !== undefined) return found
  }
  return undefined
}

function compileService(wire: Wire, compile: Parts['compile']): Service {
  const { name, system, calls } = wire
  const entries = Object.entries(calls).map(([pattern, calls]) => ({
    route: compileRoute(pattern),
    points: [calls]
      .flat()
      .map(({ target, metadata, ...method }) =>
        compile(
          { name, module: '', target, ...(system && { system }) },
          { ...method, metadata: ofKnownBody(metadata) },
        ),
      ),
  }))
  return { wire, calls: entries }
}

/** Keys whose words give 0, 1, true or false for nothing, which a body that is not known is not. */
const counted = ['batch_size', 'filtered', 'stream']

function ofKnownBody(metadata: Method['metadata'] = {}): NonNullable<Method['metadata']> {
  const entries = Object.entries(metadata).map(([key, word]) => {
    const isOfBody = counted.includes(key) && typeof word === 'string' && word.includes('args.0.body')
    return [key, isOfBody ? `args.0.body && (${word})` : word] as const
  })
  return Object.fromEntries(entries)
}
