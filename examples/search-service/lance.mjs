import { connect } from '@lancedb/lancedb'

/** The sections in an embedded LanceDB, in ./data/lancedb. */
export async function openLance() {
  const database = await connect('./data/lancedb')
  if ((await database.tableNames()).includes('sections')) await database.dropTable('sections')
  let table

  return {
    async add(sections, vectors) {
      const rows = sections.map((section, i) => ({ ...section, vector: vectors[i] }))
      if (table === undefined) table = await database.createTable('sections', rows)
      else await table.add(rows)
    },
    nearest: (vector, k) =>
      table.query().nearestTo(vector).select(['source', 'title', 'text', '_distance']).limit(k).toArray(),
    async close() {
      table?.close()
      database.close()
    },
  }
}
