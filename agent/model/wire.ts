import type { System } from './instrumentation.ts'
import type { Method } from './method.ts'

/** A service that is spoken to over HTTP: a file in `instrumentations/wire/`, for applications whose clients no loader sees. */
export interface Wire {
  /** The record's `library`, and a name for `targets`. */
  readonly name: string
  readonly system?: System
  /** Where it is served: a host, and all below it; `*` is any text in a label. Others are named by `wire_hosts`. */
  readonly hosts: readonly string[]
  /**
   * The libraries that speak to it by a file of their own. Where one is patched, its requests are not counted again: those
   * with this header, `user-agent: OpenAI/JS`, by what it holds; with `true`, since nothing tells them apart, all.
   */
  readonly libraries: Readonly<Record<string, string | true>>
  /** Its calls by method and path: `POST /v1/embeddings`. `*` is one segment, `**` any number, `{model}` one with a name. */
  readonly calls: Readonly<Record<string, WireCall | readonly WireCall[]>>
}

/**
 * `args.0` is the request: `params.model` of the path, `query.name` of its query, `body` if it is JSON, `host`. `result` is the answer, where the application reads
 * it as JSON.
 */
export interface WireCall extends Pick<Method, 'metadata' | 'when' | 'failed' | 'inputs'> {
  readonly target: string
  readonly scope: string
}
