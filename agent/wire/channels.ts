import { subscribe } from 'node:diagnostics_channel'
import type { Fn } from '../call.ts'
import { dataOf } from '../own-data.ts'
import type { WireCalls } from './wire-calls.ts'

interface Message {
  readonly request: object & { readonly origin?: unknown }
  readonly response: { readonly statusCode?: number; readonly headers?: unknown }
  readonly error: unknown
}

/** Hears the requests of undici and node:http. `load` gives who counts them; undefined while nobody does. */
export function listen(load: () => WireCalls | undefined, fault: (error: unknown) => void): void {
  // An error in a subscriber would be an uncaught exception of the application.
  const on = (channel: string, body: (calls: WireCalls, message: Message, from: Fn) => void) => {
    const heard = (message: unknown) => {
      try {
        const calls = load()
        if (calls !== undefined) body(calls, message as Message, heard)
      } catch (error) {
        fault(error)
      }
    }
    subscribe(channel, heard)
  }
  const originOf = ({ origin }: Message['request']) => (typeof origin === 'string' ? origin : '')
  on('undici:request:create', (calls, { request }, from) => calls.undiciCreated(request, originOf(request), from))
  on('undici:request:headers', (calls, { request, response }) =>
    calls.headers(request, originOf(request), response.statusCode, response.headers),
  )
  on('undici:request:trailers', (calls, { request }) => calls.trailers(request))
  on('undici:request:error', (calls, { request, error }) => calls.failed(request, error))
  for (const channel of ['http.client.request.created', 'http.client.request.start'])
    on(channel, (calls, { request }, from) => calls.httpCreated(request as never, from))
  on('http.client.response.finish', (calls, { request, response }) =>
    // Node's own getter makes the headers' object when it is first asked for.
    calls.httpAnswered(request as never, response.statusCode, () => dataOf(response.headers, 'location')),
  )
  on('http.client.request.error', (calls, { request, error }) => calls.failed(request, error))
}
