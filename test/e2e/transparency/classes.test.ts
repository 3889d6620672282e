import { transparent } from '../../support/transparent.ts'

const source = `
class Base {
  async search(text) { return 'base ' + text + ' ' + this.constructor.name }
  hello() { return 'base hello' }
}
class Service extends Base {
  #secret = 42
  static count = 0
  static #made = 0
  field = 'field'
  constructor(name = 'none') { super(); this.name = name; Service.#made++ }
  static create(...args) { Service.count++; return new this(...args) }
  static made() { return this.#made }
  get title() { return 'title of ' + this.name }
  set title(value) { this.name = value }
  async search(text) { return [this.#secret, await super.search(text), this.name] }
  hello() { return super.hello() + ' and service' }
  #hidden() { return this.#secret }
  reveal() { return this.#hidden() }
  async outer(text) { return await this.search(text) }
  again(n) { return n === 0 ? this.name : this.again(n - 1) }
  arrow = async (text) => [this.name, text]
}
Object.defineProperty(Service.prototype, 'quiet', { value: function quiet(a, b) { return [this.name, a, b] }, enumerable: false, writable: true, configurable: true })
Object.defineProperty(Service.prototype, 'loud', { value: function loud(a) { return a }, enumerable: true, writable: true, configurable: true })
Object.defineProperty(Service.prototype, 'fixed', { value: function fixed() { return 'fixed' }, writable: false, configurable: true })
Service.prototype.loud.version = 7
class Other extends Base { async search(text) { return 'other ' + await super.search(text) } }

function Old(name) { if (!new.target) return 'called ' + name; this.name = name }
Old.prototype.search = function (text) { return this.name + text }
Old.defaults = { limit: 3 }
Old.calls = 0
function tagged(text) { tagged.calls++; return tagged.prefix + text }
tagged.calls = 0
tagged.prefix = '> '
Object.defineProperty(tagged, Symbol.for('mark'), { value: 1 })
class Wrapped { static #hidden = 'hidden'; static reveal() { return this.#hidden } go() { return 'went' } }
const arrow = async (a, b = 1) => [a, b]
function plain(a, b) { return [a, b] }
const bag = { search(text) { return this === bag ? text : 'lost' }, deep: { deeper: { go: () => 'deep' } } }
const callInternal = () => plain(1, 2)
const isArrow = (fn) => fn === arrow
`

const shape = (name: string) => `
  const d = (object, key) => { const { value, ...rest } = Object.getOwnPropertyDescriptor(object, key); return rest }
  print(['${name}', ${name}.name, ${name}.length, Reflect.ownKeys(${name}).map(String).sort(), Object.hasOwn(${name}, 'prototype')])
  print([typeof Function.prototype.toString.call(${name}), Object.getPrototypeOf(${name}) === Function.prototype, Object.prototype.toString.call(${name})])`

transparent('a profiled class is the class', {
  source,
  exports: ['Base', 'Service', 'Other', 'Old', 'tagged', 'Wrapped', 'arrow', 'plain', 'bag', 'callInternal', 'isArrow'],
  methods: [
    'Service.prototype.search',
    'Service.prototype.hello',
    'Service.prototype.reveal',
    'Service.prototype.outer',
    'Service.prototype.again',
    'Service.prototype.quiet',
    'Service.prototype.loud',
    'Service.prototype.fixed',
    'Service.create',
    'Service.made',
    { at: 'Base.prototype.search', scope: 'search' },
    { at: 'Other.prototype.search', scope: 'search' },
    { at: 'Old', scope: 'old' },
    { at: 'Old.prototype.search', scope: 'old_search' },
    'tagged',
    'arrow',
    'plain',
    'bag.search',
    'bag.deep.deeper.go',
  ],
  cases: [
    {
      // 8
      it: 'methods reach private fields, super, getters and statics',
      body: `const one = new own.Service('one')
        print([await one.search('a'), one.hello(), one.reveal(), one.title, one.quiet(1), one.fixed(), await one.arrow('b')])
        one.title = 'two'
        print([one.name, Object.keys(one), JSON.stringify(one)])
        print([own.Service.create('three').name, own.Service.count, own.Service.made()])
        class Mine extends own.Service { async search(text) { return ['mine', await super.search(text)] } }
        print([await new Mine('four').search('c'), Mine.create('five') instanceof Mine, own.Service.count])
        try { own.Service.prototype.reveal.call({}) } catch (error) { print(error.constructor.name) }
        try { own.Service.made.call(Mine) } catch (error) { print(error.constructor.name) }`,
      records: [
        'search',
        'hello',
        'reveal',
        'quiet',
        'fixed',
        'create',
        'made',
        'search',
        'create',
        'reveal!TypeError',
        'made!TypeError',
      ],
    },
    {
      it: 'a subclass that calls super is one call of its scope, and so is a call inside of the same call',
      body: `const other = new own.Other()
        print(await other.search('a'))
        print(await new own.Service('s').again(3))
        print((await new own.Service('s').outer('x')).length)`,
      // \`outer\` calls \`search\`, which is another scope.
      check: (records) => {
        const names = records.map(({ name }) => name).sort()
        if (names.join() !== 'own.again,own.outer,own.search,own.search') throw new Error(names.join())
      },
    },
    {
      it: 'functions and methods keep their names, lengths, keys and descriptors',
      body: `for (const key of ['search', 'hello', 'reveal', 'quiet', 'loud', 'fixed', 'outer']) {
          const { value, ...rest } = Object.getOwnPropertyDescriptor(own.Service.prototype, key)
          print([key, rest, value.name, value.length, Reflect.ownKeys(value).map(String).sort(), Object.hasOwn(value, 'prototype'), value.version])
        }
        print([Reflect.ownKeys(own.Service.prototype), Reflect.ownKeys(own.Service).map(String)])
        const listed = []
        for (const key in new own.Service()) listed.push(key)
        print(listed)
        print(require_('node:util').inspect(new own.Service('i')))
        ${['own.plain', 'own.arrow', 'own.tagged', 'own.Old', 'own.bag.search'].map((name) => `{${shape(name)}}`).join('\n')}
        for (const key of ['name', 'length', 'prototype']) print([key, { ...Object.getOwnPropertyDescriptor(own.Old, key), value: 0 }])
        try { new own.arrow() } catch (error) { print(error.constructor.name) }
        try { new own.bag.search() } catch (error) { print(error.constructor.name) }`,
      records: [],
    },
    {
      it: 'a function that is also a class is called and constructed',
      body: `const made = new own.Old('x')
        print([made instanceof own.Old, made.constructor === own.Old, made.name, made.search('y'), Object.getPrototypeOf(made) === own.Old.prototype, own.Old('z')])
        class New extends own.Old { get kind() { return new.target } }
        print([new New('n') instanceof own.Old, new New('n').search('!'), New.defaults.limit])
        print(Reflect.construct(own.Old, ['r'], New) instanceof New)
        function Legacy() { own.Old.call(this, 'legacy') }
        Legacy.prototype = Object.create(own.Old.prototype)
        print(new Legacy() instanceof own.Old)
        own.Old.defaults = { limit: 4 }
        print(new New('n').constructor.defaults)`,
      check: (records) => {
        const names = records.map(({ name }) => name)
        if (names.join() !== 'own.old_search,own.old,own.old_search,own.old') throw new Error(names.join())
      },
    },
    {
      it: 'properties of a function stay those that it sees itself',
      body: `print([own.tagged('a'), own.tagged('b'), own.tagged.calls, own.tagged[Symbol.for('mark')]])
        own.tagged.prefix = '# '
        own.tagged.added = 1
        print([own.tagged('c'), own.tagged.calls, Object.keys(own.tagged), own.tagged.added, delete own.tagged.added, 'added' in own.tagged])
        print(Object.getOwnPropertyDescriptor(own.tagged, 'prefix'))`,
      records: ['tagged', 'tagged', 'tagged'],
    },
    {
      it: 'objects of functions keep this, deep ones too, and functions passed on by value are the same one',
      body: `const { search } = own.bag
        print([own.bag.search('a'), search('b'), own.bag.deep.deeper.go()])
        print([await Promise.all([1, 2].map(own.arrow)), own.plain.call(null, 1), own.plain.apply(undefined, [1, 2]), own.plain.bind(null, 3)(4)])
        const again = own.arrow
        print(again === own.arrow)`,
      records: ['search', 'search', 'go', 'arrow', 'arrow', 'plain', 'plain', 'plain'],
    },
    {
      // 12
      it: 'a call inside the same module behaves as ever, and leaves no record',
      body: 'print(own.callInternal())',
      records: [],
    },
    {
      it: 'a class with static private members that is not named is left alone',
      body: 'print([own.Wrapped.reveal(), new own.Wrapped().go()])',
      records: [],
    },
  ],
})
