/** The texts by their ids: in a table of node:sqlite where Node has it (from 22.13 on), else in a map. */
export async function openNotes() {
  const sqlite = await import('node:sqlite').catch(() => undefined)
  if (sqlite === undefined) {
    const texts = new Map(all)
    return { textOf: (id) => texts.get(id) }
  }
  const database = new sqlite.DatabaseSync(':memory:')
  database.exec('CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT)')
  const insert = database.prepare('INSERT INTO notes VALUES (?, ?)')
  for (const [id, text] of all) insert.run(id, text)
  const select = database.prepare('SELECT text FROM notes WHERE id = ?')
  return { textOf: (id) => select.get(id).text }
}

const dishes = ['bread', 'soup', 'pasta', 'rice', 'stew', 'cake', 'salad', 'beans', 'fish', 'pancakes']
const steps = ['choose', 'prepare', 'season', 'cook', 'serve', 'keep']
const all = dishes.flatMap((dish, i) => steps.map((step, j) => [i * steps.length + j, `How to ${step} ${dish}`]))
