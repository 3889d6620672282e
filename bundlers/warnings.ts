/** The warnings of a build, each once. */
export function collectWarnings() {
  const said = new Set<string>()
  const waiting: string[] = []
  return {
    warn(text: string): void {
      if (said.has(text)) return
      said.add(text)
      waiting.push(`crossbridge: ${text}`)
    },
    /** Those since the last time. */
    taken: (): string[] => waiting.splice(0),
  }
}
