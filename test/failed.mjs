// A reporter for Node's test runner: the failed tests alone, each with its place and why. `npm test` ends with what it
// wrote, so that a long output need not be searched.
import { relative } from 'node:path'

export default async function* failed(events) {
  for await (const { type, data } of events) {
    const error = data?.details?.error
    if (type !== 'test:fail' || error?.failureType === 'subtestsFailed') continue
    const place = data.file ? `${relative('.', data.file)}:${data.line}` : 'no file'
    const why = String(error?.cause?.stack ?? error?.message)
      .split('\n')
      .filter((line) => !line.includes('at node:internal'))
    yield `${place} ${data.name}\n${why
      .slice(0, 40)
      .map((line) => `    ${line}\n`)
      .join('')}`
  }
}
