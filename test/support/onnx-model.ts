import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

const words = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', 'private', 'one', 'two', 'query', 'passage', ':']
const dimensions = 4

interface Names {
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  /** Numbers for each token; of a model that writes one for each word. */
  readonly width?: number
  readonly cached?: readonly string[]
  readonly config?: Readonly<Record<string, unknown>>
}
const bert = { model_type: 'bert', architectures: ['BertModel'], hidden_size: dimensions }
const dense = { inputs: ['input_ids', 'attention_mask', 'token_type_ids'], outputs: ['last_hidden_state'] }
/** A model that writes, with the cache that such a model has: what it has read so far. */
export const writer: Names = {
  inputs: ['input_ids', 'attention_mask'],
  outputs: ['logits'],
  width: words.length,
  cached: ['key', 'value'],
  config: { model_type: 'gpt2', architectures: ['GPT2LMHeadModel'], n_embd: words.length, n_layer: 1, n_head: 1 },
}

/**
 * Writes a real model into a folder of its own, small enough to be written out here: a table of vectors, by ONNX's `Gather`,
 * and `Tanh`. It lies where transformers and fastembed each look for theirs.
 */
export function onnxModel(name: string, names: Names = dense) {
  const folder = mkdtempSync(join(tmpdir(), 'onnx-'))
  const vocabulary = Object.fromEntries(words.map((word, i) => [word, i]))
  const special = {
    pad_token: '[PAD]',
    unk_token: '[UNK]',
    cls_token: '[CLS]',
    sep_token: '[SEP]',
    mask_token: '[MASK]',
  }
  const added = words.slice(0, 5).map((content, id) => ({
    id,
    content,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
    special: true,
  }))
  const tokenizer = {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: added,
    normalizer: {
      type: 'BertNormalizer',
      clean_text: true,
      handle_chinese_chars: true,
      strip_accents: null,
      lowercase: true,
    },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    post_processor: {
      type: 'TemplateProcessing',
      single: [
        { SpecialToken: { id: '[CLS]', type_id: 0 } },
        { Sequence: { id: 'A', type_id: 0 } },
        { SpecialToken: { id: '[SEP]', type_id: 0 } },
      ],
      pair: [{ Sequence: { id: 'A', type_id: 0 } }, { Sequence: { id: 'B', type_id: 1 } }],
      special_tokens: {
        '[CLS]': { id: '[CLS]', ids: [2], tokens: ['[CLS]'] },
        '[SEP]': { id: '[SEP]', ids: [3], tokens: ['[SEP]'] },
      },
    },
    decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
    model: {
      type: 'WordPiece',
      unk_token: '[UNK]',
      continuing_subword_prefix: '##',
      max_input_chars_per_word: 100,
      vocab: vocabulary,
    },
  }
  const config = { ...(names.config ?? bert), vocab_size: words.length, pad_token_id: 0 }
  const files: Record<string, string | Buffer> = {
    'config.json': JSON.stringify(config),
    'tokenizer.json': JSON.stringify(tokenizer),
    'tokenizer_config.json': JSON.stringify({ tokenizer_class: 'BertTokenizer', model_max_length: 16, ...special }),
    'special_tokens_map.json': JSON.stringify(special),
    'onnx/model.onnx': modelOf(names),
    'model.onnx': modelOf(names),
  }
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name, path)), { recursive: true })
    writeFileSync(join(folder, name, path), content)
  }
  return { folder, close: () => rmSync(folder, { recursive: true, force: true }) }
}

/** ONNX's own numbers of the fields, from its onnx.proto. */
function modelOf({ inputs, outputs, width = dimensions, cached = [] }: Names): Buffer {
  const table = Float32Array.from({ length: words.length * width }, (_, i) => Math.sin(i + 1))
  const value = (name: string, type: number, dims: readonly (string | number)[]) => [
    text(1, name),
    message(
      2,
      message(
        1,
        number(1, type),
        message(2, ...dims.map((dim) => message(1, typeof dim === 'string' ? text(2, dim) : number(1, dim)))),
      ),
    ),
  ]
  const node = (type: string, from: readonly string[], to: string, ...more: readonly Buffer[]) =>
    message(1, ...from.map((name) => text(1, name)), text(2, to), text(4, type), ...more)
  const tensor = (name: string, type: number, dims: readonly number[], data: ArrayBufferLike) =>
    message(5, ...dims.map((dim) => number(1, dim)), number(2, type), text(8, name), bytes(9, Buffer.from(data)))
  /** One head, as long as all that was read. */
  const kept = (name: string, length: string) => value(name, 1, ['batch', 1, length, width])
  const onAxis2 = message(5, text(1, 'axis'), number(3, 2), number(20, 2))
  const graph = [
    node('Gather', ['table', 'input_ids'], 'rows'),
    ...outputs.map((name) => node('Tanh', ['rows'], name)),
    ...(cached.length > 0 ? [node('Unsqueeze', ['rows', 'head'], 'heads')] : []),
    ...cached.map((of) => node('Concat', [`past_key_values.0.${of}`, 'heads'], `present.0.${of}`, onAxis2)),
    text(2, 'graph'),
    tensor('table', 1, [words.length, width], table.buffer),
    ...(cached.length > 0 ? [tensor('head', 7, [1], BigInt64Array.of(1n).buffer)] : []),
    ...inputs.map((name) => message(11, ...value(name, 7, ['batch', 'length']))),
    ...cached.map((of) => message(11, ...kept(`past_key_values.0.${of}`, 'before'))),
    ...outputs.map((name) => message(12, ...value(name, 1, ['batch', 'length', width]))),
    ...cached.map((of) => message(12, ...kept(`present.0.${of}`, 'after'))),
  ]
  return Buffer.concat([number(1, 8), message(7, ...graph), message(8, text(1, ''), number(2, 13))])
}

function varint(value: number): Buffer {
  const parts: number[] = []
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Buffer.from([...parts, rest])
    parts.push((rest % 128) + 128)
  }
}
const number = (field: number, value: number) => Buffer.concat([varint(field * 8), varint(value)])
const bytes = (field: number, value: Buffer) => Buffer.concat([varint(field * 8 + 2), varint(value.length), value])
const text = (field: number, value: string) => bytes(field, Buffer.from(value))
const message = (field: number, ...fields: readonly Buffer[]) => bytes(field, Buffer.concat(fields))
