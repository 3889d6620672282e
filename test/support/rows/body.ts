import type { Outcome } from '../application.ts'
import type { Any, Rows } from './row.ts'

/** An application that calls each row, one after the other, and marks where the records of each begin and end. */
export function bodyOf(libraries: readonly { library: string; rows: Rows; url: string | undefined }[]): string {
  const bodies = libraries.map(
    ({ library, rows: { setUp, held = 'undefined', rows, end = '' }, url }) => `await (async () => {
      const url = '${url}'
      ${setUp}
      const held = async () => (${held})
      ${rows
        .map(
          ([, call, really], at) =>
            `await row('${library} ${at}', async () => (${call}), held, async (result, before, after) => (${typeof really === 'string' ? really : 'undefined'}))`,
        )
        .join('\n')}
      ${end}
    })().catch((error) => console.error('${library}', error))`,
  )
  return `
    globalThis.AI_SDK_LOG_WARNINGS = false
    const now = () => Number(process.hrtime.bigint()) / 1e6
    const classesOf = (error) => (error == null ? [] : [error.constructor.name, ...classesOf(Object.getPrototypeOf(error))].filter((name, i) => i < 3))
    const mark = async (name) => {
      await new Promise((resolve) => setTimeout(resolve, 5))
      fs_.appendFileSync('profile.jsonl', JSON.stringify({ mark: name }) + '\\n', { mode: 0o600 })
    }
    const row = async (name, call, held, really) => {
      const before = await held()
      await mark(name)
      const from = now()
      const [result, error] = await call().then((value) => [value], (error) => [error, [...classesOf(error), error?.name]])
      const to = now()
      await mark('')
      const did = await really(result, before, await held()).catch((error) => ({ failed: error.message }))
      print({ row: name, from, to, error, said: error && result.message, did })
    }
    ${bodies.join('\n')}`
}

interface Part {
  readonly from: number
  readonly to: number
  /** The classes and the name of what it threw. */
  readonly error?: readonly string[]
  readonly did: Any
  readonly records: readonly Any[]
}

/** What the application saw of a row, and its records. */
export function partsOf({ printed, records, stderr }: Outcome, name: string): Part {
  const seen = printed.find((line): line is Any => (line as Any)?.row === name)
  if (seen === undefined) throw new Error(`${name} was not called: ${stderr}`)
  const from = records.findIndex(({ mark }) => mark === name) + 1
  const length = records.slice(from).findIndex(({ mark }) => mark === '')
  return { ...seen, records: records.slice(from, from + length) }
}
