import type { Socket } from 'node:net'
import type { Ask } from './protocol.ts'

/** What is longer is no question. */
const longest = 1000
const mostSeconds = 600

/** Reads the one line that a client may say; what is none is not answered, and what follows it is not read. */
export function readAsk(client: Socket, asked: (ask: Ask) => void): void {
  let said: string | undefined = ''
  client.setEncoding('utf8').on('data', (text: string) => {
    if (said === undefined) return
    said += text
    const end = said.indexOf('\n')
    if (end < 0 && said.length <= longest) return
    const ask = end < 0 || end > longest ? undefined : askIn(said.slice(0, end))
    said = undefined
    if (ask !== undefined) asked(ask)
  })
}

function askIn(line: string): Ask | undefined {
  try {
    const { v, profile, seconds } = JSON.parse(line) ?? {}
    const isAsked = v === 1 && (profile === 'cpu' || profile === 'heap') && seconds > 0 && seconds <= mostSeconds
    return isAsked ? { v, profile, seconds: Number(seconds) } : undefined
  } catch {
    return undefined
  }
}
