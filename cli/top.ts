import { type Command, readArgs, type Terminal, UsageError } from './command.ts'
import { costsHere } from './costs.ts'
import { findConfig } from './find-config.ts'
import { createStyle } from './style.ts'
import { printLines } from './top/lines.ts'
import { showLive } from './top/live.ts'
import { locationOf } from './top/location.ts'
import { watchProcesses } from './top/processes.ts'
import { watchRecords } from './top/records.ts'

export const top: Command = {
  summary: 'a live table of a running process, or of a growing file of records',
  help: `Usage: npx @crossbridge/agent top [SOCKET|FILE] [--interval SECONDS] [--count N] [--cost] [--json] [--from-start]

Shows, for each scope and library, calls per second, p50, p95, max, errors and calls in flight. SOCKET is what
cli.socket of crossbridge.yml says; processes and threads that share it are added up, durations are the slowest one's.
FILE is a JSONL file of records or a database, followed from its end, and has recorded calls alone. Without either the
configuration here is asked: cli.socket, else the path of the file or database output.

  --interval SECONDS   between two looks; 1 if not said
  --count N            prints lines, and ends after N of them
  --cost               also what calls cost, at the rate of an hour, by the prices of the configuration here
  --json               prints one line of JSON for each scope that was called, and each interval
  --from-start         of a file: what is in it already is the first interval

Keys: c, t, e, n sort by calls, p95 (time), errors, name; r turns the order round, space pauses, arrows scroll, ? helps,
q quits. In a pipe, and with TERM=dumb, it prints one line for each scope that was called, and each interval.

Examples: npx @crossbridge/agent top ./data/profiling/top.sock
          npx @crossbridge/agent top --json --count 10
          npx @crossbridge/agent top profile.jsonl --from-start --count 1
`,
  async run(args, terminal) {
    const { values, positionals } = readArgs('top', args, {
      interval: { type: 'string' },
      count: { type: 'string' },
      cost: { type: 'boolean' },
      json: { type: 'boolean' },
      'from-start': { type: 'boolean' },
    })
    if (positionals.length > 1) throw new UsageError('top looks at one socket or file; `{pid}` in it takes in several')
    const intervalMs = numberIn('interval', values.interval, 1, 0.1, 3600) * 1000
    const count = numberIn('count', values.count, Infinity, 1, Number.MAX_SAFE_INTEGER)
    const location = locationOf(positionals[0], terminal)
    if (values['from-start'] && location.kind !== 'file') throw new UsageError('--from-start is for a file of records')

    const costs = values.cost ? costsHere(terminal) : undefined
    if (values.cost && costs === undefined) throw new UsageError(noPrices)
    const { kind, path } = location
    const { accepted, thresholds } = findConfig(terminal.cwd, terminal.env).config
    const source =
      kind === 'file'
        ? watchRecords(path, {
            ...{ fromStart: values['from-start'] === true, accepted, weakScores: thresholds.weak_score },
            ...(costs && { costs }),
          })
        : await watchProcesses(path, costs)
    try {
      const json = values.json === true
      if (isWatched(terminal) && !json && values.count === undefined)
        await showLive(source, intervalMs, createStyle(terminal.env, true))
      else await printLines(source, { intervalMs, count, json }, terminal)
    } finally {
      source.close()
    }
    return 0
  },
}

const noPrices =
  '--cost needs prices: install @pydantic/genai-prices beside the application, or say prices.models in crossbridge.yml'

const isWatched = ({ outIsTty, env }: Terminal) => outIsTty && process.stdin.isTTY === true && env.TERM !== 'dumb'

function numberIn(name: string, text: string | undefined, initial: number, least: number, most: number): number {
  if (text === undefined) return initial
  const value = text.trim() === '' ? Number.NaN : Number(text)
  const isWhole = name !== 'count' || Number.isInteger(value)
  if (value >= least && value <= most && isWhole) return value
  throw new UsageError(
    `--${name} must be a ${name === 'count' ? 'whole number, 1 or more' : `number from ${least} to ${most}`}, not ${JSON.stringify(text)}`,
  )
}
