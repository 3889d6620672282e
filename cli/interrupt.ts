/** What a shell gives for a program that this signal has ended. */
const codes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const

export interface Interrupt {
  /** Aborted by the first signal. */
  readonly signal: AbortSignal
  /** The exit code, once there was one. */
  code(): number | undefined
  off(): void
}

/** Calls `first` at the first signal; the second one calls `again`, and ends this process at once. */
export function listenForSignals(first = () => {}, again = () => {}): Interrupt {
  const controller = new AbortController()
  let code: number | undefined
  const heard = (name: NodeJS.Signals) => {
    const given = codes[name as keyof typeof codes]
    if (code !== undefined) {
      again()
      process.exit(given)
    }
    code = given
    first()
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
