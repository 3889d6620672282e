import { readCorpus } from '../search-service/corpus.mjs'
import { embed } from './embed.mjs'

/** Sections of the READMEs of the agent's own packages and of this example's, by their file and heading. */
const sections = ['../../node_modules/', './node_modules/'].flatMap((folder) =>
  readCorpus(new URL(folder, import.meta.url), 2500),
)

export const documents = sections.map(({ title, text }, i) => ({ id: `${i}`, text, vector: embed(`${title} ${text}`) }))

/** Headings of every ninth section: short, as questions are. */
export const queries = sections
  .filter(({ title }, i) => i % 9 === 0 && title !== '')
  .slice(0, 200)
  .map(({ title }, i) => ({ id: `${i}`, text: title, vector: embed(title) }))
