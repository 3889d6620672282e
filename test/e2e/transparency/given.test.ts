import { transparent } from '../../support/transparent.ts'

const source = `
class Client {
  #count = 0
  async transaction(run, { mode = 'write' } = {}) {
    const own = this.#count++
    let open = true
    const tx = {
      query: async (text) => { if (text === 'bad') throw new RangeError('bad'); return [own, mode, text] },
      get open() { return open },
    }
    try { return await run(tx) } finally { open = false }
  }
  each(list, visit) { return list.map((one, i) => visit({ query: () => one }, i)) }
  same(callback) { return callback }
}
const seen = []
const look = (callback) => seen.push([callback.name, callback.length, typeof callback]) && callback({ query() { return this.open }, open: 'yes' })
`

transparent('what a function that is passed is given', {
  source,
  exports: ['Client', 'look', 'seen'],
  methods: [
    'Client.prototype.transaction',
    'Client.prototype.transaction(=>).query',
    { at: 'Client.prototype.each(=>).query', scope: 'each_query' },
    { at: 'look(=>).query', scope: 'looked' },
  ],
  cases: [
    {
      it: 'is an object of its own each time, recorded with the call that gave it',
      body: `const client = new own.Client()
        print(await client.transaction(async (tx) => [await tx.query('a'), await tx.query('b'), tx.open, Object.keys(tx)]))
        print(await Promise.all(['c', 'd'].map((text) => client.transaction((tx) => tx.query(text), { mode: 'read' }))))`,
      records: ['query', 'query', 'transaction', 'query', 'query', 'transaction', 'transaction'],
    },
    {
      it: 'fails as without the agent, with the application in the stack',
      body: `const client = new own.Client()
        const callerOfMine = async (tx) => { await tx.query('bad') }
        await client.transaction(callerOfMine).catch((error) => print([error.name, error.message]))
        await client.transaction(() => { throw new TypeError('mine') }).catch((error) => print([error.message, /given|with/i.test(error.message)]))
        await client.transaction().catch((error) => print([error.name, error.message]))
        await client.transaction('no function').catch((error) => print([error.name, error.message]))`,
      records: [
        'query!RangeError',
        'transaction!RangeError',
        'transaction!TypeError',
        'transaction!TypeError',
        'transaction!TypeError',
      ],
    },
    {
      it: 'keeps what is given beside it, and the look of the function and of the object',
      body: `const client = new own.Client()
        print(client.each(['a', 'b'], (given, i) => [given.query(), i]))
        print(own.look(function mine(given, more) { return [given.query(), Object.keys(given), arguments.length, given.query.name, given.query.length] }))
        print(own.look(async (given) => given.query()) instanceof Promise)
        print(own.seen)`,
      records: ['each_query', 'each_query', 'looked', 'looked'],
    },
  ],
})
