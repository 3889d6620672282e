import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
// @ts-expect-error It has no types.
import parse from 'parse-prometheus-text-format'

export interface Sample {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

interface Parsed {
  readonly name: string
  readonly metrics: readonly { readonly labels?: Record<string, string>; readonly value: string }[]
}

/** Every sample of a scrape in Prometheus' text format, as a parser of its own reads it. */
export function samplesOf(text: string): Sample[] {
  // It takes all series of a histogram for one, so it is shown their samples as they are.
  const parsed: Parsed[] = parse(text.replaceAll(/^# TYPE \w+ histogram$/gm, ''))
  return parsed.flatMap(({ name, metrics }) =>
    metrics.map(({ labels = {}, value }) => ({ name, labels, value: Number(value) })),
  )
}

/** The sum of all series of a metric that have these labels. */
export function sumOf(text: string, name: string, labels: Readonly<Record<string, string>> = {}): number {
  return samplesOf(text)
    .filter((one) => one.name === name && Object.entries(labels).every(([key, value]) => one.labels[key] === value))
    .reduce((sum, { value }) => sum + value, 0)
}

/** A port that nothing listened at a moment ago. */
export function freePort(): Promise<number> {
  const server = createServer()
  return new Promise((resolve) =>
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      server.close(() => resolve(port))
    }),
  )
}
