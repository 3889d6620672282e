// Node's own, which an application can't have replaced.
import { URL } from 'node:url'
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

/** `wire_hosts`. */
export type WireHosts = Readonly<Record<string, readonly string[]>>

interface Parts {
  readonly wires: readonly Wire[]
  readonly hosts: WireHosts
  readonly compile: (instrumentation: Instrumentation, method: Method) => Point
}

/** Finds the service at a host; each is compiled when its host is first met. */
export function createServices({ wires, hosts, compile }: Parts) {
  const compiled = new Map<Wire, Service>()
  const known = new Map<string, Service | undefined>()
  const origins = new Map<string, boolean>()
  let wireOf = finderOf(wires, hosts)

  const serviceOf = (wire: Wire) => {
    const service = compiled.get(wire) ?? compileService(wire, compile)
    compiled.set(wire, service)
    return service
  }
  const at = (host: string): Service | undefined => {
    if (known.has(host)) return known.get(host)
    const wire = wireOf(host)
    return keep(known, host, wire && serviceOf(wire))
  }
  return {
    at,
    /** False where no service is: most requests of a process need no more than this. */
    mayBe(address: string | undefined): boolean {
      const origin = /^https?:\/\/[^/?#\\]+/i.exec(address ?? '')?.[0]
      if (origin === undefined) return true
      const isKnown = origins.get(origin)
      if (isKnown !== undefined) return isKnown
      return keep(origins, origin, !URL.canParse(origin) || at(new URL(origin).host) !== undefined)
    },
    /** Takes other `wire_hosts`. */
    refresh(hosts: WireHosts): void {
      wireOf = finderOf(wires, hosts)
      known.clear()
      origins.clear()
    },
  }
}

const most = 256
function keep<V>(map: Map<string, V>, key: string, value: V): V {
  if (map.size >= most) map.clear()
  map.set(key, value)
  return value
}

function finderOf(wires: readonly Wire[], hosts: WireHosts): (host: string) => Wire | undefined {
  const named = new Map<string, Wire>()
  const patterns: { readonly host: RegExp; readonly wire: Wire }[] = []
  for (const wire of wires)
    for (const host of [...wire.hosts, ...(hosts[wire.name] ?? [])]) {
      if (host.includes('*')) patterns.push({ host: patternOf(host), wire })
      else named.set(host, wire)
    }
  return (host) => wireAt(named, host) ?? patterns.find((one) => one.host.test(host))?.wire
}

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
