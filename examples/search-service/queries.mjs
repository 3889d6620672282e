// Asks a running service a few dozen questions and shows some of what it found.
const questions = [
  'how to parse command line options',
  'stream a response from the API',
  'retry a failed request',
  'set a timeout',
  'connect to a postgres database',
  'pool of connections',
  'vector similarity search',
  'create a table from arrow data',
  'terminal colors',
  'read a file upload as form data',
  'base64 encode bytes',
  'trace a language model application',
  'validate a schema with types',
  'template with mustache tags',
  'limit concurrency of promises',
  'generate unique identifiers',
  'abort a request with a signal',
  'polyfill for web streams',
  'escape characters in HTML',
  'detect the operating system',
]

/** Every question to each store, four at a time; gives how many were answered. */
export async function ask(url) {
  const jobs = questions.flatMap((question) => ['lancedb', 'pgvector'].map((store) => ({ question, store })))
  const total = jobs.length
  const shown = new Set(questions.slice(3, 6))
  await Promise.all(
    Array.from({ length: 4 }, async () => {
      for (let job = jobs.shift(); job !== undefined; job = jobs.shift()) {
        const { question, store } = job
        const response = await fetch(`${url}/search?${new URLSearchParams({ q: question, store })}`)
        if (!response.ok) throw new Error(`${question}: ${response.status} ${await response.text()}`)
        const [best] = await response.json()
        if (!shown.delete(question)) continue
        console.log(`  "${question}" (${store}): ${best.source}, ${best.title}\n    ${best.text.slice(0, 100)}…`)
      }
    }),
  )
  return total
}
