import { abandon } from './bench-run.ts'

/** What a shell gives for a program that this signal has ended. */
const codes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const

export interface Interrupt {
  readonly signal: AbortSignal
  /** The exit code, once it was interrupted. */
  code(): number | undefined
  off(): void
}

/** The first signal ends what runs and keeps what is done; the second ends this process at once. */
export function listen(tell: (text: string) => void): Interrupt {
  const controller = new AbortController()
  let code: number | undefined
  const heard = (name: NodeJS.Signals) => {
    const given = codes[name as keyof typeof codes]
    if (code !== undefined) {
      abandon()
      process.exit(given)
    }
    code = given
    tell('interrupted: what is done is kept and shown; once more leaves at once')
    controller.abort()
  }
  const names = Object.keys(codes) as (keyof typeof codes)[]
  for (const name of names) process.on(name, heard)
  return {
    signal: controller.signal,
    code: () => code,
    off: () => {
      for (const name of names) process.off(name, heard)
    },
  }
}
