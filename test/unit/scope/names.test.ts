import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { compileRead } from '../../../agent/scope/read.ts'

const warnOnce = () => {}
/** What a record has under a key, given this; of a library's file, or of an entry of the user's. */
const kept = (key: string, value: unknown, userEntry = false) =>
  compileRead({ [key]: 'args.0' }, userEntry, 'a.b', warnOnce)?.({ self: 0, args: [value] })?.[key]

const account = '123456789012'
const arn = (resource: string) => `arn:aws:bedrock:us-east-1:${account}:${resource}`

/** What is kept of each as a model's name; `same` where that is the text itself. */
const same = Symbol('same')
const models: Readonly<Record<string, string | undefined | typeof same>> = {
  // Names as services have them.
  'text-embedding-3-small': same,
  'llama3:8b': same,
  'BAAI/bge-small-en-v1.5': same,
  'meta-llama/Llama-3.3-70B-Instruct:groq': same,
  'openrouter/anthropic/claude-sonnet-4.5': same,
  '@cf/meta/llama-3.1-8b-instruct': same,
  'workers-ai/@cf/meta/llama-3.1-8b-instruct': same,
  'hf.co/bartowski/Llama-3.2-3B-Instruct-GGUF:Q4_K_M': same,
  'ft:gpt-4o-mini-2024-07-18:acme::B1c2D3': same,
  'claude-3-5-sonnet@20240620': same,
  'claude-sonnet-4-5@default': same,
  'us.anthropic.claude-sonnet-4-20250514-v1:0': same,
  'google/gemini-2.5-pro': same,
  'tunedModels/mine-123': same,
  'gpt-4.1': same,
  '': same,
  // Versions by a hash.
  [`owner/name:${'0a'.repeat(32)}`]: 'owner/name',
  [`llama3:8b@sha256:${'0a'.repeat(32)}`]: 'llama3:8b',
  ['0a'.repeat(32)]: same,
  // Amazon's.
  [arn('inference-profile/us.anthropic.claude-sonnet-4-20250514-v1:0')]: 'us.anthropic.claude-sonnet-4-20250514-v1:0',
  'arn:aws:bedrock:us-east-1::foundation-model/amazon.titan-embed-text-v2:0': 'amazon.titan-embed-text-v2:0',
  'arn:aws-cn:bedrock:cn-north-1::foundation-model/x': 'x',
  [arn('application-inference-profile/ab12cd34')]: 'ab12cd34',
  [arn('provisioned-model/ef56')]: 'ef56',
  [arn('custom-model/anthropic.claude-3-haiku-v1:0:200k/gh78')]: 'gh78',
  [arn('prompt/PROMPT1234:2')]: 'PROMPT1234:2',
  [`arn:aws:lambda:us-east-1:${account}:function:rank`]: 'rank',
  [`bedrock/converse/${arn('inference-profile/x')}`]: 'x',
  [encodeURIComponent(arn('inference-profile/x'))]: 'x',
  [arn('')]: undefined,
  'arn:aws:bedrock': undefined,
  // Google's.
  'models/gemini-embedding-001': 'gemini-embedding-001',
  'projects/acme/locations/us-central1/publishers/google/models/gemini-2.5-pro': 'gemini-2.5-pro',
  'projects/acme/locations/us-central1/endpoints/1234567890': 'endpoints/1234567890',
  'projects/acme/locations/us-central1/models/1234567890@2': '1234567890@2',
  'v1/projects/acme/locations/us/publishers/google/models/gemini-x:streamGenerateContent': 'gemini-x',
  'vertex_ai/projects/acme/locations/us/endpoints/1': 'endpoints/1',
  'publishers/anthropic/models/claude-sonnet-4': 'claude-sonnet-4',
  'projects%2Facme%2Flocations%2Fus%2Fpublishers%2Fgoogle%2Fmodels%2Fgemini-x': 'gemini-x',
  'projects/acme': undefined,
  // Fireworks'.
  'accounts/acme/models/llama-v3p1-8b-instruct': 'llama-v3p1-8b-instruct',
  'accounts/fireworks/models/llama-v3p1-8b-instruct#accounts/acme/deployments/1': 'llama-v3p1-8b-instruct',
  // Addresses: the host alone.
  'https://abc.us-east-1.aws.endpoints.huggingface.cloud': 'abc.us-east-1.aws.endpoints.huggingface.cloud',
  'https://user:secret@host.example:8443/v1/models?token=secret#secret': 'host.example',
  'https://host.example?token=secret': 'host.example',
  'HTTPS://HOST.example/': 'HOST.example',
  'http://[::1]:8080/v1': '[::1]',
  'https://user:sec@ret@host.example/': 'host.example',
  'https://user:sec/ret@host.example/': undefined,
  'https://user:sec?ret@host.example/': undefined,
  'https://user:sec@ret/secret@host.example/': undefined,
  'https://host.example:8443/@scope/x': 'host.example',
  'https://user:sec%40ret@host.example/x': 'host.example',
  'https://host.example/x?mail=secret@secret.example': 'host.example',
  'https://aiplatform.googleapis.com/v1/projects/acme/locations/us/publishers/google/models/gemini-x:predict':
    'gemini-x',
  'openai/https://user:secret@host.example/v1': 'host.example',
  'https%3A%2F%2Fuser%3Asecret%40host.example%2Fx': 'host.example',
  'ht\ntps://user:secret@host.example': 'host.example',
  'https://': undefined,
  'user:secret@host.example:5432/x': 'host.example',
  'user:sec/ret@host.example': 'host.example',
  'user:secret@host.example?token=secret@secret': undefined,
  'name?token=secret': 'name',
  '?token=secret': undefined,
  'Endpoint=here;AccountKey=secret==': undefined,
  // Files.
  '/home/me/models/llama.gguf': 'llama.gguf',
  '/home/me/models/llama/': 'llama',
  './models/llama': 'llama',
  '../../models/llama.gguf': 'llama.gguf',
  '~/models/llama.gguf': 'llama.gguf',
  '~me/llama.gguf': 'llama.gguf',
  '$HOME/models/llama.gguf': 'llama.gguf',
  '.cache/models/llama': 'llama',
  'models/private/../llama': 'llama',
  'private/folder/model_quantized.onnx': 'model_quantized.onnx',
  'C:\\Users\\me\\llama.gguf': 'llama.gguf',
  'C:/Users/me/llama.gguf': 'llama.gguf',
  'models\\llama.gguf': 'llama.gguf',
  '\\\\server\\share\\llama.gguf': 'llama.gguf',
  '\\\\?\\C:\\Users\\me\\llama.gguf': 'llama.gguf',
  'file:///home/me/llama.gguf': 'llama.gguf',
  'file:private/llama.gguf': 'llama.gguf',
  's3://bucket/private/llama.gguf': 'llama.gguf',
  '/home/me/x.gguf?token=/secret/': 'x.gguf',
  '/': undefined,
  '..': same,
  // What is not a name at all.
  ' \t spaced \n': 'spaced',
  'two\nlines\u001b[2J': 'twolines[2J',
  '\u0000': undefined,
}

describe('the name of a model', () => {
  for (const [given, name] of Object.entries(models)) {
    const expected = name === same ? given : name
    it(`of ${JSON.stringify(given)} is ${expected}`, () => {
      assert.equal(kept('model', given), expected)
      assert.equal(kept('model', given, true), expected, "in a user's entry")
      assert.equal(kept('model', given), expected, 'again')
      if (expected !== undefined) assert.equal(kept('model', expected), expected, 'of the name itself')
    })
  }
})

describe('the name of a collection', () => {
  const collections: Readonly<Record<string, string | undefined | typeof same>> = {
    documents: same,
    'idx:products': same,
    'public.documents': same,
    'logs-*,remote:logs-*': same,
    '<logs-{now/d}>': same,
    'index/namespace': same,
    'models/x': same,
    'a b': same,
    [`arn:aws:s3vectors:us-east-1:${account}:bucket/private/index/documents`]: 'documents',
    'projects/acme/databases/(default)/documents/books': 'books',
    'postgres://user:secret@host.example:5432/shop?sslmode=require': 'shop',
    'postgres://user:secret@host.example': 'host.example',
    'mongodb+srv://user:secret@a.example,b.example/shop': 'shop',
    'mongodb://user:secret@a.example:27017,b.example:27017': 'a.example',
    'postgres://user:sec/ret@host.example/shop': undefined,
    'postgres://user:12/34@host.example': undefined,
    'jdbc:postgresql://user:secret@host.example/shop': 'shop',
    'libsql://shop-acme.turso.io?authToken=secret': 'shop-acme.turso.io',
    'https://host.example:9200/documents?token=secret': 'host.example',
    '/var/private/lancedb/documents.lance': 'documents.lance',
    'sqlite:///var/private/shop.db': 'shop.db',
    'file:private/shop.db?mode=ro': 'shop.db',
    './private/index': 'index',
    'private/data/rows.parquet': 'rows.parquet',
  }
  for (const [given, name] of Object.entries(collections))
    it(`of ${JSON.stringify(given)} is ${String(name === same ? given : name)}`, () => {
      const expected = name === same ? given : name
      assert.equal(kept('collection', given), expected)
      assert.equal(kept('operation', given), expected, 'and of an operation')
    })
})

describe('the name of a provider', () => {
  const providers: Readonly<Record<string, string | undefined>> = {
    'openai.chat': 'openai.chat',
    ChatOpenAI: 'ChatOpenAI',
    'fal-ai': 'fal-ai',
    'mine/own': 'mine/own',
    'localhost:11434': 'localhost',
    'host.example:8080/v1': 'host.example',
    'host.example/v1?token=secret': 'host.example',
    'https://user:secret@host.example:8443/v1?token=secret': 'host.example',
    'user:secret@host.example': 'host.example',
  }
  for (const [given, name] of Object.entries(providers))
    it(`of ${given} is ${name}`, () => {
      assert.equal(kept('provider', given), name)
    })

  it("is left out where it is the library's own", () => {
    const read = compileRead({ provider: 'args.0', model: 'args.0' }, false, 'a.b', warnOnce, 'openai')

    assert.deepEqual(read?.({ self: 0, args: ['openai'] }), { model: 'openai' })
    assert.deepEqual(read?.({ self: 0, args: ['groq'] }), { provider: 'groq', model: 'groq' })
  })
})

describe('a name', () => {
  it('is cut at 128 characters, after all else was taken off', () => {
    const long = 'a'.repeat(200)

    assert.equal(kept('model', long), 'a'.repeat(128))
    assert.equal(kept('model', `https://user:${long}@host.example/`), 'host.example')
    assert.equal(kept('model', `/home/${long}/llama.gguf`), 'llama.gguf')
    assert.equal(kept('model', arn(`inference-profile/${long}`)), 'a'.repeat(128))
  })

  it('is not looked for in a text that is far too long, nor does such a text take time', () => {
    const parts = [
      '/',
      ':',
      '@',
      '?',
      '%',
      '\\',
      '.',
      ' ',
      '=',
      'a',
      'key',
      '://',
      'a:',
      'a@',
      'arn:aws:',
      '../',
      '%2f',
      '\n',
    ]
    const hostile = parts.flatMap((part) => {
      const full = part.repeat(100_000 / part.length)
      return [full, `${full}!`, `https://${full}`, `arn:aws:${full}`, `projects/${full}`]
    })

    for (const key of ['model', 'collection', 'provider', 'operation'])
      for (const text of hostile) {
        const odd = /[^a.!key ]/.test(text.slice(0, 8192))
        const found = kept(key, text)
        if (odd) assert.equal(found, undefined, text.slice(0, 20))
        // The longest that is looked at.
        kept(key, text.slice(0, 8192))
      }
  })

  it("is told apart from any other string of the user's, which stays as it is", () => {
    const url = 'https://user:pass@host.example/x?y'

    assert.equal(kept('address', url, true), url)
    assert.equal(kept('address', url), undefined)
  })

  it('may be a number or a boolean, as ever', () => {
    assert.equal(kept('collection', 7), 7)
    assert.equal(kept('collection', 7n), 7)
  })

  it('comes out the same however many were seen before', () => {
    for (let i = 0; i < 3000; i++) assert.equal(kept('model', `/private/${i}`), String(i))
    assert.equal(kept('model', '/private/0'), '0')
  })
})

it('keeps of the kind of a score one of two words, whoever names it', () => {
  for (const userEntry of [true, false]) {
    assert.equal(kept('score_kind', 'distance', userEntry), 'distance')
    assert.equal(kept('score_kind', 'similarity', userEntry), 'similarity')
    assert.equal(kept('score_kind', 'a private word', userEntry), undefined)
  }
})
