import { writeSync } from 'node:fs'

/** What the agent itself says: one line on stderr, once per cause. Never throws. */
export function createVoice(write: (line: string) => void = toStderr): (cause: string, message: string) => void {
  const said = new Set<string>()

  return (cause, message) => {
    if (said.has(cause) || said.size >= 200) return
    said.add(cause)
    write(`crossbridge: ${message}\n`)
  }
}

/** Writes to stderr past the application's own `process.stderr`, which may be patched or paused. */
export function toStderr(text: string): void {
  try {
    writeSync(2, text)
  } catch {
    // A closed or full stderr: there is nowhere left to say it, and the application must not notice.
  }
}

/** What was thrown, as text: an object that throws while it is shown included. */
export function textOf(thrown: unknown, part: 'message' | 'stack' = 'message'): string {
  try {
    return String((part === 'stack' && (thrown as Error | undefined)?.stack) || thrown)
  } catch {
    return 'an error that cannot be shown'
  }
}
