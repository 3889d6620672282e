// An output: of each scope the number of calls and the slowest record, as a JSON file that is written at exit.
// crossbridge.yml: runtime.profiling.output: {type: module, path: ./own-output.mjs}
import { writeFileSync } from 'node:fs'

const file = process.env.SLOWEST_FILE || './slowest.json'

/** @returns {import('@crossbridge/agent/api').Output} */
export default function slowest() {
  const scopes = new Map()
  const scopeOf = ({ library, name }) => {
    const key = `${library} ${name}`
    const scope = scopes.get(key) ?? { library, name, calls: 0, slowest: undefined }
    scopes.set(key, scope)
    return scope
  }

  return {
    // Every call, also those that sampling and thresholds leave out. Without `observe` these are not even timed.
    observe(call) {
      scopeOf(call).calls++
    },
    // The records. It runs within the application's call: keep it short.
    write(record) {
      const scope = scopeOf(record)
      if (scope.slowest === undefined || record.duration_ms > scope.slowest.duration_ms) scope.slowest = record
    },
    // At exit; only synchronous work is still done.
    flush() {
      writeFileSync(file, JSON.stringify([...scopes.values()], undefined, 2))
    },
  }
}
