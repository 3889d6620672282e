import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { ClientRequest } from 'node:http'

/** The beginning of `User-Agent` in the agent's own requests. */
export const userAgent = 'crossbridge-agent'

const channel = 'http.client.request.start'
const { setTimeout } = globalThis

// biome-ignore lint/suspicious/noExplicitAny: an exporter's inside is read by shape
type Any = any

/**
 * Keeps exports from holding the process: their sockets by Node's own channel, since an exporter tells of none, and
 * their retries' timers by the shape of its transport, where it has that.
 */
export function unrefExports(fault: (error: unknown) => void): { unref<E>(exporter: E): E; stop(): void } {
  const started = (message: unknown) => {
    // An error that a subscriber throws becomes an uncaught exception of the application.
    try {
      const { request } = message as { request: ClientRequest }
      if (!`${request.getHeader('user-agent')}`.startsWith(userAgent)) return
      if (request.socket) request.socket.unref()
      else request.once('socket', (socket) => socket.unref())
    } catch (error) {
      fault(error)
    }
  }
  subscribe(channel, started)

  return {
    unref(exporter) {
      const transport = (exporter as Any)._delegate?._transport
      if (typeof transport?.retry !== 'function' || typeof transport._transport?.send !== 'function') return exporter
      transport.retry = (data: unknown, timeoutMs: number, inMs: number) =>
        new Promise((resolve, reject) => {
          const again = () => transport._transport.send(data, timeoutMs).then(resolve, reject)
          setTimeout(again, inMs).unref()
        })
      return exporter
    },
    stop: () => unsubscribe(channel, started),
  }
}
