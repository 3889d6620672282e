import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { settableIn } from '../../../agent/load/settable.ts'
import { pathStartOf } from '../../../agent/locate/path.ts'

const look = (source: string, ...ats: string[]) => {
  const { locals, fixed } = settableIn(source, ats.map(pathStartOf), false)
  return {
    ...Object.fromEntries(locals),
    ...Object.fromEntries(Array.from(fixed, ([name, why]) => [name, `! ${why}`])),
  }
}

const settable: readonly (readonly [source: string, at: string, expected: Readonly<Record<string, string>>])[] = [
  ['export function s() {}', 's', { s: 's' }],
  ['export async function* s() {}', 's', { s: 's' }],
  ['export class s {}', 's.new.find', { s: 's' }],
  ['export let s = () => {}', 's', { s: 's' }],
  ['var s; export { s }', 's', { s: 's' }],
  ['let a = 1, s = () => {}; export { s }', 's', { s: 's' }],
  ['function inner() {}\nexport { inner as s }', 's', { s: 'inner' }],
  ['function inner() {}\nexport { inner as default }', 'default', { default: 'inner' }],
  ['export default function s() {}', 'default', { default: 's' }],
  ['export default class S {}', 'default.new.find', { default: 'S' }],
  ['// const s = 1\nexport function s() {}', 's', { s: 's' }],
  ['const f = () => { const s = 1 }\nexport function s() {}', 's', { s: 's' }],
]
const fixed: readonly (readonly [source: string, at: string, why: string])[] = [
  ['export const s = () => {}', 's', 'const'],
  ['const s = () => {}; export { s }', 's', 'const'],
  ['const { s } = { s() {} }; function f() {}; export { s }', 's', 'const'],
  ['function f() { function s() {} }\nexport const s = () => {}', 's', 'const'],
  ['export default function () {}', 'default', 'unnamed'],
  ['export default async () => {}', 'default', 'unnamed'],
  ['function s() {}\nexport default s', 'default', 'unnamed'],
  ['export { s } from "./x.js"', 's', 'elsewhere'],
  ['import { s } from "./x.js"\nexport { s }', 's', 'elsewhere'],
  ['export * from "./x.js"', 's', 'elsewhere'],
  ['export * as s from "./x.js"', 's.find', 'elsewhere'],
  ['export const s = Object.freeze({ find() {} })', 's.find', 'const'],
]
const untouched: readonly (readonly [source: string, at: string])[] = [
  ['export const S = class {}', 'S.prototype.find'],
  ['export default new (class { find() {} })()', 'default.find'],
  ['export default { find() {} }', 'find'],
  ['export { S } from "./x.js"', 'S.prototype.find'],
  ['export const s = { find() {} }', 's.find'],
]

describe('whether a binding can be set', () => {
  for (const [source, at, expected] of settable)
    it(`it can: ${at} of ${JSON.stringify(source)}`, () => assert.deepEqual(look(source, at), expected))

  for (const [source, at, why] of fixed)
    it(`it can't: ${at} of ${JSON.stringify(source)}`, () =>
      assert.deepEqual(look(source, at), { [at.split('.')[0] as string]: `! ${why}` }))

  for (const [source, at] of untouched)
    it(`it need not: ${at} of ${JSON.stringify(source)}`, () =>
      assert.ok(Object.values(look(source, at)).every((local) => !local.startsWith('!'))))
})
