import assert from 'node:assert/strict'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { pathToFileURL } from 'node:url'
import { everything, folderFor, recordsOf, register, root, runIn, spawnNode } from '../../support/application.ts'
import { entryOf, plain, shortOf } from '../../support/transparent.ts'

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
const stripsTypes = major > 22 || (major === 22 && minor >= 18)
const tsx = pathToFileURL(createRequire(join(root, 'package.json')).resolve('tsx')).href

const service = `
export interface Hit { readonly id: number; readonly text: string }
export class SemanticService {
  private static instance: SemanticService = new SemanticService('first')
  readonly name: string
  #secret: number = 1
  constructor(name: string) { this.name = name }
  static first(): SemanticService { return SemanticService.instance }
  async search(text: string, limit: number = 3): Promise<Hit[]> { return [{ id: this.#secret, text: text + limit + this.name }] as Hit[] }
}
export const find = async <T>(value: T): Promise<T> => value
export function again(this: void, value?: string): string { return value! }
export type Late = SemanticService
const service: SemanticService = SemanticService.first()
export default service
`
const enums = `
export enum Kind { Cosine = 'cosine', Dot = 'dot' }
export abstract class Base<T> { abstract kind: Kind; search(value: T): [Kind, T] { return [this.kind, value] } }
export class Cosine extends Base<string> { kind = Kind.Cosine; constructor(readonly limit: number = 3) { super() } }
`
const app = (own: string, extra: string) => `
import { SemanticService, find, again, type Hit } from './${own}'
${extra}
const print = (value: unknown): void => { process.stdout.write(JSON.stringify(value) + '\\n') }
async function main(): Promise<void> {
  const hits: Hit[] = await new SemanticService('s').search('a')
  print([hits, SemanticService.first().name, await find<number>(1), again('b')])
  ${extra && 'print([new Cosine().search("c"), Kind.Dot])'}
}
main()
`
const methods = ['SemanticService.prototype.search', 'SemanticService.first', 'find', 'again']

interface Run {
  readonly type: 'module' | 'commonjs'
  readonly extension: string
  readonly args: (agent: readonly string[]) => readonly string[]
  readonly withEnums?: boolean
}

async function both({ type, extension, args, withEnums = false }: Run) {
  const start = async (bare: boolean) => {
    const folder = folderFor('previous')
    try {
      const config = {
        ...everything,
        instrumentations: [
          entryOf('./own.js', methods),
          ...(withEnums ? [entryOf('./kind.ts', ['Base.prototype.search'], 'kind')] : []),
        ],
      }
      const files = {
        'package.json': JSON.stringify({ type }),
        [`own.${extension}`]: service,
        ...(withEnums ? { [`kind.${extension}`]: enums } : {}),
        [`app.${extension}`]: app(
          `own.${extension}`,
          withEnums ? `import { Kind, Cosine } from './kind.${extension}'` : '',
        ),
        'crossbridge.yml': JSON.stringify({ runtime: { profiling: config } }),
      }
      for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
      const agent = bare ? [] : ['--import', register]
      const outcome = await spawnNode([...args(agent), join(folder, `app.${extension}`)], { cwd: folder })
      const records = bare ? [] : recordsOf(readFileSync(join(folder, 'profile.jsonl'), 'utf8'))
      return { ...outcome, records }
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  }
  const [bare, profiled] = await Promise.all([start(true), start(false)])
  assert.equal(bare.code, 0, bare.stderr)
  assert.equal(bare.printed.length, withEnums ? 2 : 1)
  assert.deepEqual(profiled.printed, bare.printed, profiled.stderr)
  assert.equal(plain(profiled.stderr), plain(bare.stderr))
  assert.deepEqual(profiled.records.map(shortOf), [
    'search',
    'first',
    'find',
    'again',
    ...(withEnums ? ['search'] : []),
  ])
}

// 18
for (const type of ['module', 'commonjs'] as const) {
  describe(`TypeScript, type ${type}`, () => {
    it('is profiled with the types stripped by Node', { skip: !stripsTypes && 'this Node strips no types' }, () =>
      both({
        type: 'module',
        extension: type === 'module' ? 'ts' : 'mts',
        args: (agent) => agent,
      }),
    )

    for (const [order, args] of [
      ['the agent first', (agent: readonly string[]) => [...agent, '--import', tsx]],
      ['tsx first', (agent: readonly string[]) => ['--import', tsx, ...agent]],
    ] as const) {
      it(`is profiled through tsx, ${order}`, () => both({ type, extension: 'ts', args, withEnums: true }))
    }
  })
}

describe('CommonJS of a TypeScript compiler', () => {
  it('is profiled though its exports are getters without setters', async () => {
    const folder = folderFor('previous')
    const compiled = `"use strict";
      var __defProp = Object.defineProperty;
      var __export = (target, all) => { for (var name in all) __defProp(target, name, { get: all[name], enumerable: true }); };
      var __copyProps = (to, from) => { for (let key of Object.getOwnPropertyNames(from)) if (!Object.hasOwn(to, key)) __defProp(to, key, { get: () => from[key], enumerable: true }); return to; };
      var __toCommonJS = (mod) => __copyProps(__defProp({}, "__esModule", { value: true }), mod);
      var own_exports = {};
      __export(own_exports, { Service: () => Service, default: () => own_default, search: () => search });
      module.exports = __toCommonJS(own_exports);
      const search = async (text) => text;
      class Service { async search(text) { return text; } }
      var own_default = search;
      0 && (module.exports = { Service, search });`
    try {
      const outcomes = []
      for (const bare of [true, false]) {
        outcomes.push(
          await runIn(folder, {
            format: 'cjs',
            bare,
            files: { 'own.cjs': compiled },
            config: { ...everything, instrumentations: [entryOf('./own.cjs', ['search', 'Service.prototype.search'])] },
            imports: [['* as own', './own.cjs']],
            body: `print([Object.keys(own), own.__esModule, await own.search(1), await new own.Service().search(2)])
              const imported = await import('./own.cjs')
              print([imported.search === own.search, imported.Service === own.Service, Object.keys(imported.default), await imported.search(3)])`,
          }),
        )
      }
      const [bare, profiled] = outcomes

      assert.deepEqual(profiled?.printed, bare?.printed)
      assert.equal(profiled?.stderr, '')
      assert.deepEqual(profiled?.records.map(shortOf), ['search', 'search', 'search'])
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
})
