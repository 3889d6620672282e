import { transparent } from '../../support/transparent.ts'

const source = `
const { Readable } = process.getBuiltinModule('node:stream')
function web(most = 4) { let i = 0; return new ReadableStream({ pull(to) { i < most ? to.enqueue('r' + i++) : to.close() } }) }
function bytes() { let i = 0; return new ReadableStream({ type: 'bytes', pull(to) { i++ < 3 ? to.enqueue(new Uint8Array([i])) : to.close() } }) }
function broken() { let i = 0; return new ReadableStream({ pull(to) { i++ < 2 ? to.enqueue('r') : to.error(new RangeError('no')) } }) }
function node(most = 50) { return Readable.from(Array(most).fill('x')) }
async function* pages() { for (let i = 0; i < 4; i++) yield i }
async function lone() { await null; return 1 }
`

/** What is begun in it and left does not count as open when `lone` is called. */
const left = (body: string) => `globalThis.left ??= []
  globalThis.left.push(await (async () => {${body}})())
  await new Promise((resolve) => setTimeout(resolve, 2))
  print(await own.lone())`
// biome-ignore lint/suspicious/noExplicitAny: tests read records as JSON
const alone = (records: readonly any[]) => {
  const [lone] = records.filter(({ name }) => name === 'own.lone')
  if (lone?.concurrent !== 0) throw new Error(`${lone?.concurrent} others are open`)
}

transparent('a stream ends, whoever reads it', {
  source,
  exports: ['web', 'bytes', 'broken', 'node', 'pages', 'lone', 'Readable'],
  methods: ['web', 'bytes', 'broken', 'node', 'pages', 'lone'],
  cases: [
    {
      it: 'where Node reads it by ways of its own',
      body: `const { text } = process.getBuiltinModule('node:stream/consumers')
        print(await text(own.Readable.fromWeb(own.web())))
        print(await Promise.all(own.web().tee().map((one) => text(own.Readable.fromWeb(one)))))
        print(await text(own.Readable.fromWeb(own.web().pipeThrough(new TextEncoderStream()))))
        const sent = own.web()
        print(await text(structuredClone(sent, { transfer: [sent] })))
        print(await new Response(own.web().pipeThrough(new TextEncoderStream())).text())
        print((await new Response(own.bytes()).arrayBuffer()).byteLength)
        const reader = ReadableStream.prototype.getReader.call(own.web(1))
        print([await reader.read(), await reader.read()])`,
      records: ['web', 'web', 'web', 'web', 'web', 'bytes', 'web'],
    },
    {
      it: 'where it fails in them',
      body: `const { text } = process.getBuiltinModule('node:stream/consumers')
        const sent = own.broken()
        for (const read of [() => text(own.Readable.fromWeb(own.broken())), () => text(structuredClone(sent, { transfer: [sent] }))])
          try { print(await read()) } catch (error) { print([error.name, error.message]) }
        const reader = ReadableStream.prototype.getReader.call(own.broken())
        try { for (;;) await reader.read() } catch (error) { print(error.message) }`,
      records: ['broken!RangeError', 'broken!RangeError', 'broken!RangeError'],
    },
    ...Object.entries({
      'a reader': 'const reader = own.web().getReader(); await reader.read(); return reader',
      'a lock alone': 'return own.web().getReader()',
      'one branch': 'const reader = own.web().tee()[0].getReader(); await reader.read(); return reader',
      'what it is piped through':
        'const reader = own.web(99).pipeThrough(new TransformStream()).getReader(); await reader.read(); return reader',
      'its iterator': 'const steps = own.web().values(); await steps.next(); return steps',
      'a Node stream made of it':
        "const stream = own.Readable.fromWeb(own.web(99)); stream.once('readable', () => stream.read()); return stream",
      'a generator': 'const steps = own.pages(); await steps.next(); return steps',
      'a Node stream that is paused':
        "const stream = own.node(); stream.on('data', () => stream.pause()); return stream",
      'a Node stream that is read by hand':
        "const stream = own.node(); stream.once('readable', () => stream.read(1)); return stream",
      'the iterator of a Node stream':
        'const steps = own.node()[Symbol.asyncIterator](); await steps.next(); return steps',
    }).map(([what, body]) => ({
      it: `and does not count as open where ${what} is left`,
      body: left(body),
      check: alone,
    })),
  ],
})
