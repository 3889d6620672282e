import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { figures } from '../bench/peers/figures.ts'
import { fill } from './table.ts'

/** docs/comparison.md: the prose of build/comparison.template.md with the figures of the last `npm run bench peers`. */
export function comparisonPage(root: string): string {
  const result = JSON.parse(readFileSync(resolve(root, 'bench/peers/result.json'), 'utf8'))
  return fill(readFileSync(resolve(root, 'build/comparison.template.md'), 'utf8'), { figures: figures(result) })
}
