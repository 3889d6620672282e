import { STATUS_CODES } from 'node:http'
import { reasonOf } from '../../diagnostics.ts'
import type { WarnOnce } from '../../model.ts'

/** The exporters read the standard variables themselves; the option is the collector's address, without a path. */
export function compileUrl(
  endpoint: string,
  location: string,
  env: NodeJS.ProcessEnv,
  warnOnce: WarnOnce,
): (path: string) => { url?: string } {
  const protocol = env.OTEL_EXPORTER_OTLP_PROTOCOL
  if (endpoint === '' && protocol && protocol !== 'http/protobuf')
    warnOnce(
      'otlp protocol',
      `OTEL_EXPORTER_OTLP_PROTOCOL ${protocol} is not spoken; using http/protobuf, which collectors take on port 4318 (output.endpoint)`,
    )
  if (endpoint === '') return () => ({})
  if (!/^https?:$/.test(URL.canParse(endpoint) ? new URL(endpoint).protocol : '')) {
    warnOnce(
      'otlp endpoint',
      `output.endpoint must be a URL such as http://127.0.0.1:4318 (${location}); using OTEL_EXPORTER_OTLP_ENDPOINT or its default`,
    )
    return () => ({})
  }
  return (path) => ({ url: `${endpoint.replace(/\/+$/, '')}/${path}` })
}

/** A standard variable's number, as far as it is one. */
export function numberOf(text: string | undefined, otherwise: number): number {
  const value = Number(text)
  return text && value > 0 && value < 2 ** 31 ? Math.ceil(value) : otherwise
}

/** Words of the exporters that have nothing of the collector's answer in them, nor a URL with a key. */
const exporterWords =
  /^(Request timed out|Export failed with retryable status|Concurrent export limit reached|Configuration: [\w -]+)/

/** An exporter's error has the status in `code`, where that came; the answer's text is the collector's and is left out. */
export function refusalOf(error: unknown): string {
  const status = typeof error === 'number' ? error : (error as { code?: unknown } | undefined)?.code
  if (typeof status === 'number') return `${status} ${STATUS_CODES[status] ?? ''}`.trimEnd()
  const [words] = exporterWords.exec(`${(error as Error | undefined)?.message}`) ?? []
  return words ?? reasonOf(error)
}

/** `host:port` of what the exporters will call. */
export function hostsOf(endpoint: string, env: NodeJS.ProcessEnv): string[] {
  return ['TRACES', 'METRICS'].flatMap((signal) => {
    const said = endpoint || env[`OTEL_EXPORTER_OTLP_${signal}_ENDPOINT`] || env.OTEL_EXPORTER_OTLP_ENDPOINT || ''
    const { hostname, host, port, protocol } = new URL(URL.canParse(said) ? said : 'http://localhost:4318')
    return [host, `${hostname}:${port || (protocol === 'https:' ? 443 : 80)}`]
  })
}
