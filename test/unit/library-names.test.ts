import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { parseWords, type Word } from '../../agent/call-words.ts'
import { zero } from '../../agent/ledger.ts'
import { methodsOf } from '../../agent/methods.ts'
import type { Instrumentation, Metadata, Method, Raw, Read } from '../../agent/model.ts'
import { compilePoint } from '../../agent/scope/point.ts'
import { builtIns } from '../../build/libraries.ts'

const address = 'https://user:password@host.example:8443/folder/x?token=token'
const files = ['/home/folder/name', './folder/name', '~/folder/name', 'C:\\folder\\name', 'file:///folder/name']
const paths = Object.fromEntries(files.map((file) => [file, 'name']))
const stores = {
  ...paths,
  'arn:aws:s3vectors:us-east-1:123456789012:bucket/folder/index/name': 'name',
  'postgres://user:password@host.example/name?token=token': 'name',
  [address]: 'host.example',
}
/** The ugly forms of each, with the name that is to be kept. */
const forms: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  model: {
    ...paths,
    'arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.name': 'us.name',
    'projects/project/locations/us/publishers/google/models/name': 'name',
    'projects/project/locations/us/endpoints/9': 'endpoints/9',
    'models/name': 'name',
    [address]: 'host.example',
  },
  collection: stores,
  namespace: stores,
  operation: stores,
  provider: { [address]: 'host.example', 'user:password@host.example:8443': 'host.example' },
}
const secrets = /123456789012|user|password|token|project\b|folder|8443/

/** The paths whose values may be what the words give; not those that only decide. */
function pathsIn(word: Word): readonly (Word & { kind: 'path' })[] {
  if (word.kind === 'path') return [word]
  if (word.kind === 'within') return pathsIn(word.of).map((path) => ({ ...path, keys: [...path.keys, ...word.keys] }))
  if (word.kind !== 'infix') return []
  return word.operator === '&&' ? pathsIn(word.right) : [...pathsIn(word.left), ...pathsIn(word.right)]
}

/** A call that has this there, and nothing else. */
function callWith({ root, keys }: Word & { kind: 'path' }, value: string): Raw {
  const found = keys.reduceRight<unknown>((inner, key) => {
    if (key === '*' || key === '-1') return [inner]
    return { [key.replace('()', '')]: inner }
  }, value)
  const args = root === 'args' ? Object.assign([], found) : []
  return {
    args,
    self: root === 'this' ? found : undefined,
    result: root === 'result' ? found : undefined,
    chunk: found,
  }
}

interface Found {
  readonly where: string
  /** What is to be there. */
  readonly name: string
  /** What is there, of the records, the totals and the chunks that have this key. */
  readonly kept: readonly unknown[]
  readonly metadata: readonly (Metadata | undefined)[]
}

/** What records, totals and streams have of each ugly form, wherever this library's words read a name. */
function foundIn(library: Instrumentation): Found[] {
  const parts = { on: true, slow_call_ms: 0, counts: zero(), userEntry: false, warnOnce: () => {} }
  return methodsOf(library).flatMap((method) => {
    const reads = [...Object.entries(method.metadata ?? {}), ...Object.entries(method.chunk ?? {})]
    const point = compilePoint(library, method, parts)
    return reads.flatMap(([key, read]) =>
      Object.entries(forms[key] ?? {}).flatMap(([form, name]) =>
        // A function's own reading has a test in shared/; what it gives goes the same way.
        callsOf(read, form).map(({ raw, given }) => {
          const { read: record, readTotals, readChunk } = given ? pointGiving(library, method, key, given) : point
          const metadata = [record, readTotals, readChunk].map((reading) => reading?.(raw))
          const kept = metadata.flatMap((one) => (one !== undefined && key in one ? [one[key]] : []))
          return { where: `${method.at ?? method.channel} ${key} of ${form}`, name, kept, metadata }
        }),
      ),
    )
  })

  function pointGiving(library: Instrumentation, method: Method, key: string, read: Read) {
    const { metadata, chunk } = method
    const given = (reads: Method['metadata']) => (reads !== undefined && key in reads ? { [key]: read } : {})
    return compilePoint(library, { ...method, metadata: given(metadata), chunk: given(chunk) }, parts)
  }
}

function callsOf(read: Read, form: string): { raw: Raw; given?: Read }[] {
  if (typeof read === 'function') return [{ raw: { self: undefined, args: [] }, given: () => form }]
  if (typeof read !== 'string') return []
  return pathsIn(parseWords(read)).map((path) => ({ raw: callWith(path, form) }))
}

/** Whether a library reads a name from a call; some only say what they do themselves. */
const readsNames = (library: Instrumentation) =>
  methodsOf(library).some((method) =>
    [method.metadata, method.chunk].some((reads = {}) =>
      Object.entries(reads).some(([key, read]) => Object.hasOwn(forms, key) && callsOf(read, '').length > 0),
    ),
  )

describe('what each library records of a name', () => {
  const naming = builtIns.filter(readsNames)
  for (const library of naming)
    it(`${library.name}: no account, password, token, project or folder`, () => {
      const found = foundIn(library)

      assert.ok(found.length >= 2)
      for (const { where, name, kept, metadata } of found) {
        assert.doesNotMatch(JSON.stringify(metadata), secrets, where)
        assert.ok(kept.length > 0 && kept.every((one) => one === name), `${where}: ${kept}`)
      }
    })

  it('is looked at in nearly all of them', () => {
    assert.ok(naming.length > 0.9 * builtIns.length, `only in ${naming.length} of ${builtIns.length}`)
  })
})
