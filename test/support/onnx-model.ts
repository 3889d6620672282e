import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

const words = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', 'private', 'one', 'two', 'query', 'passage', ':']
const dimensions = 4

interface Names {
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
}
const dense = { inputs: ['input_ids', 'attention_mask', 'token_type_ids'], outputs: ['last_hidden_state'] }

/**
 * Writes a real model into a folder of its own, small enough to be told here: a table of vectors, by ONNX's `Gather`,
 * and `Tanh`. It lies where transformers and fastembed each look for theirs.
 */
export function onnxModel(name: string, { inputs, outputs }: Names = dense) {
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
  const config = {
    model_type: 'bert',
    architectures: ['BertModel'],
    hidden_size: dimensions,
    vocab_size: words.length,
    pad_token_id: 0,
  }
  const files: Record<string, string | Buffer> = {
    'config.json': JSON.stringify(config),
    'tokenizer.json': JSON.stringify(tokenizer),
    'tokenizer_config.json': JSON.stringify({ tokenizer_class: 'BertTokenizer', model_max_length: 16, ...special }),
    'special_tokens_map.json': JSON.stringify(special),
    'onnx/model.onnx': modelOf(inputs, outputs),
    'model.onnx': modelOf(inputs, outputs),
  }
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name, path)), { recursive: true })
    writeFileSync(join(folder, name, path), content)
  }
  return { folder, close: () => rmSync(folder, { recursive: true, force: true }) }
}

/** ONNX's own numbers of the fields, from its onnx.proto. */
function modelOf(inputs: readonly string[], outputs: readonly string[]): Buffer {
  const table = Float32Array.from({ length: words.length * dimensions }, (_, i) => Math.sin(i + 1))
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
  const node = (type: string, from: readonly string[], to: string) =>
    message(1, ...from.map((name) => text(1, name)), text(2, to), text(4, type))
  const tensor = [
    number(1, words.length),
    number(1, dimensions),
    number(2, 1),
    text(8, 'table'),
    bytes(9, Buffer.from(table.buffer)),
  ]
  const graph = [
    node('Gather', ['table', 'input_ids'], 'rows'),
    ...outputs.map((name) => node('Tanh', ['rows'], name)),
    text(2, 'graph'),
    message(5, ...tensor),
    ...inputs.map((name) => message(11, ...value(name, 7, ['batch', 'length']))),
    ...outputs.map((name) => message(12, ...value(name, 1, ['batch', 'length', dimensions]))),
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
