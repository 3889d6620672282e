import { counted, ms, percent } from '../format.ts'
import type { Style } from '../style.ts'
import { tableOf } from '../table.ts'
import { originWords, type ProfileFrame, type ProfileReport } from './model.ts'

const mostLines = 24
/** Of the whole, what a line of the tree has at least. */
const least = 0.01
const mostIndent = 16
const longestLabel = 60

/** How much was sampled, and by what it was taken, in a sentence. */
export function sentenceOf({ files, samples, duration_ms, idle_ms, shares }: ProfileReport): string {
  const idle = duration_ms > 0 ? idle_ms / duration_ms : 0
  const parts = originWords.flatMap(([origin, word]) =>
    shares[origin] > 0 ? [`${word} ${percent(shares[origin])}`] : [],
  )
  return `${counted(files.length, 'profile')}, ${counted(samples, 'sample')} of ${ms(duration_ms)}; the event loop waited for ${percent(idle)} of it. Of the rest: ${parts.join(', ') || 'nothing'}.`
}

interface Line {
  readonly frame: ProfileFrame
  readonly depth: number
}

/** The functions with most time below those that called them: `share  itself  function  file:line`. */
export function treeText(report: ProfileReport, style: Style, columns = Infinity): string[] {
  const whole = report.tree.total_ms
  if (whole === 0) return []
  const lines = linesOf(report.tree)
  const share = (value: number) => (value / whole < 0.001 ? '' : percent(value / whole))
  const [head = '', ...rows] = tableOf(
    [
      ['share', 'itself', 'function', 'where'],
      ...lines.map(({ frame, depth }) => [
        share(frame.total_ms),
        share(frame.self_ms),
        `${' '.repeat(Math.min(mostIndent, depth * 2))}${cut(frame.name, longestLabel)}`,
        frame.at || wordOf(frame),
      ]),
    ],
    [2, 3],
  )
  const edge = (line: string) => (line.length > columns ? `${line.slice(0, columns - 1)}…` : line)
  return [
    style('dim', edge(head)),
    ...rows.map((row, i) => (lines[i]?.frame.origin === 'application' ? style('bold', edge(row)) : edge(row))),
  ]
}

/** The same for a pull request; `escaped` is of Markdown. */
export function treeMarkdown(report: ProfileReport, escaped: (text: string) => string): string[] {
  const whole = Math.max(report.tree.total_ms, 1e-6)
  return [
    '| share | itself | function | where |',
    '| --: | --: | --- | --- |',
    ...linesOf(report.tree).map(
      ({ frame, depth }) =>
        `| ${percent(frame.total_ms / whole)} | ${percent(frame.self_ms / whole)} | ${'&nbsp;&nbsp;'.repeat(Math.min(8, depth))}${escaped(cut(frame.name, longestLabel))} | ${escaped(frame.at || wordOf(frame))} |`,
    ),
  ]
}

/** Files that were left out, a line each. */
export const leftOutLines = ({ left_out }: ProfileReport): string[] =>
  left_out.map(({ file, why }) => `${file} is left out: ${why}.`)

/** The parts of the tree with most time, at most so many; steps on the way that took no time themselves are left out. */
function linesOf(tree: ProfileFrame): Line[] {
  const shown = new Set<ProfileFrame>()
  const waiting = condensed(tree, tree.total_ms)
  while (shown.size < mostLines) {
    const next = waiting.reduce<ProfileFrame | undefined>(
      (most, one) => (most === undefined || one.total_ms > most.total_ms ? one : most),
      undefined,
    )
    if (next === undefined) break
    waiting.splice(waiting.indexOf(next), 1, ...condensed(next, tree.total_ms))
    shown.add(next)
  }
  const inOrder = (frame: ProfileFrame, depth: number): Line[] =>
    condensed(frame, tree.total_ms)
      .filter((child) => shown.has(child))
      .flatMap((child) => [{ frame: child, depth }, ...inOrder(child, depth + 1)])
  return inOrder(tree, 0)
}

/** The calls of a function that are worth a line; instead of one that only makes another call it is that one. */
const condensed = (frame: ProfileFrame, whole: number): ProfileFrame[] =>
  frame.children
    .filter(({ total_ms }) => total_ms >= whole * least)
    .flatMap((child) => {
      const [only, ...others] = child.children.filter(({ total_ms }) => total_ms >= whole * least)
      const isStep = only !== undefined && others.length === 0 && child.self_ms < whole * least
      return isStep && child.origin !== 'application' ? condensed(child, whole) : [child]
    })

const wordOf = ({ origin }: ProfileFrame) => originWords.find(([one]) => one === origin)?.[1] ?? ''

const cut = (text: string, longest: number) => (text.length > longest ? `${text.slice(0, longest - 1)}…` : text)
