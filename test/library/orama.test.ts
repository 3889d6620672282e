import { library } from '../support/library.ts'
import { managed } from '../support/managed.ts'

const names = 'search, searchVector, insert, insertMultiple, update, updateMultiple, remove, removeMultiple, getByID'
const near = { top_score: 'score', last_score: 'score', score_kind: 'similarity' }

library({
  name: 'orama',
  module: '@orama/orama',
  packages: ['current', 'previous'],
  imports: [
    [`{ create, ${names} }`, '@orama/orama'],
    ['* as all', '@orama/orama'],
  ],
  setUp: () => `
    const schema = { title: 'string', year: 'number', embedding: 'vector[2]' }
    const db = await create({ schema })
    const docs = (count, from = 0) => Array.from({ length: count }, (_, i) =>
      ({ id: 'private ' + (from + i), title: 'private title ' + i, year: 2000 + from + i, embedding: [i, 1] }))
    const seen = ({ count, hits }) => [count, hits.map(({ id, score }) => [id, score])]
    // Its functions give values or promises, by version and hooks.
    const isPromise = (value) => value instanceof Promise`,
  shapes: [...names.split(', '), `search(db, { term: 'private' })`],
  fails: `(async () => searchVector(db, { vector: { value: [1], property: 'private' } }))()`,
  many: `search(db, { mode: 'vector', vector: { value: [i, 1], property: 'embedding' }, limit: 1 + (i % 3) })`,
  calls: [
    {
      it: 'records what makes, opens, lists and changes what holds the data',
      body: `
        print(await create({ schema }) instanceof Promise)`,
      records: [managed('create')],
    },
    {
      it: 'records what writes documents',
      body: `
        const ids = [insert(db, docs(1)[0]), insertMultiple(db, docs(9, 1))]
        print([Object.keys(all), ids.map(isPromise)])
        print(await Promise.all(ids))
        print(await update(db, 'private 0', docs(1, 20)[0]))
        print(await updateMultiple(db, ['private 1', 'private 2'], docs(2, 30)))`,
      records: [
        { scope: 'vector_store.upsert', dimensions: 2, batch_size: 1 },
        { scope: 'vector_store.upsert', dimensions: 2, batch_size: 9, results: 9 },
        { scope: 'vector_store.upsert', dimensions: 2, batch_size: 1 },
        { scope: 'vector_store.upsert', dimensions: 2, batch_size: 2, results: 2 },
      ],
    },
    {
      it: 'records upserts as one call each',
      when: ({ packages }) => packages === 'current',
      body: `
        print(await all.upsert(db, docs(1, 30)[0]))
        print(await all.upsertMultiple(db, docs(3, 30)))`,
      records: [
        { scope: 'vector_store.upsert', dimensions: 2, batch_size: 1 },
        { scope: 'vector_store.upsert', dimensions: 2, batch_size: 3, results: 3 },
      ],
    },
    {
      it: 'records a search by vector, alone or with a text, as one search',
      body: `
        const vector = () => ({ value: [1, 2], property: 'embedding' })
        const found = search(db, { mode: 'vector', vector: vector(), similarity: 0.1, limit: 3, where: { year: { gt: 2001 } } })
        print(isPromise(found))
        print(seen(await found))
        print(seen(await search(db, { mode: 'hybrid', term: 'private', vector: vector(), similarity: 0.1 })))
        print(seen(await searchVector(db, { vector: vector(), similarity: 0.1, limit: 2, where: {} })))`,
      records: [
        { scope: 'vector_store.search', top_k: 3, filtered: true, results: 3, dimensions: 2, ...near },
        { scope: 'vector_store.search', filtered: false, results: 10, dimensions: 2, ...near, top_score: 1 },
        { scope: 'vector_store.search', top_k: 2, filtered: false, results: 2, dimensions: 2, ...near },
      ],
    },
    {
      it: 'records a search for words as a query of a database',
      body: `print(seen(await search(db, { term: 'private title', limit: 4, where: { year: { gte: 2002 } } })))`,
      records: [{ scope: 'database.query', top_k: 4, filtered: true, results: 4, operation: 'search' }],
    },
    {
      it: 'records a search whose hooks make it wait, to its end',
      body: `
        const waits = []
        const afterSearch = async () => { await undefined; waits.push(waits.length) }
        const other = await create({ schema, plugins: [{ name: 'private', afterSearch }] })
        await insertMultiple(other, docs(2))
        const found = search(other, { mode: 'vector', vector: { value: [1, 1], property: 'embedding' }, similarity: 0.1 })
        print([isPromise(found), seen(await found), waits])`,
      records: [
        managed('create'),
        { scope: 'vector_store.upsert', dimensions: 2, batch_size: 2, results: 2 },
        { scope: 'vector_store.search', filtered: false, results: 2, dimensions: 2, ...near },
      ],
    },
    {
      it: 'records what saves and loads a whole index',
      body: `
        const empty = await create({ schema })
        const saved = await all.save(db)
        print(await all.load(empty, saved))
        print(seen(await search(empty, { term: 'private title', limit: 1 })))`,
      records: [
        managed('create'),
        managed('save'),
        managed('load'),
        { scope: 'database.query', top_k: 1, filtered: false, results: 1, operation: 'search' },
      ],
    },
    {
      it: 'records what reads a document and what removes some',
      body: `
        print(await getByID(db, 'private 5'))
        print(await getByID(db, 'private gone'))
        print([await remove(db, 'private 5'), await remove(db, 'private gone')])
        print(await removeMultiple(db, ['private 6', 'private 7', 'private gone']))`,
      records: [
        { scope: 'vector_store.fetch', batch_size: 1 },
        { scope: 'vector_store.fetch', batch_size: 1 },
        { scope: 'vector_store.delete', batch_size: 1, results: 1 },
        { scope: 'vector_store.delete', batch_size: 1, results: 0 },
        { scope: 'vector_store.delete', batch_size: 3, results: 2 },
      ],
    },
  ],
})
