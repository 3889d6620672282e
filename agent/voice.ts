/** What the agent itself says: one line on stderr, once per cause in all threads. Never throws. */
export function createVoice(
  write: (line: string) => unknown,
  isNew: (cause: string) => boolean = () => true,
): (cause: string, message: string) => void {
  const said = new Set<string>()

  return (cause, message) => {
    if (said.has(cause) || said.size >= 200) return
    said.add(cause)
    if (isNew(cause)) write(`crossbridge: ${message}\n`)
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
