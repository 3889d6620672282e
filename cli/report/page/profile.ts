import { type Origin, originWords, type ProfileFrame, type ProfileReport } from '../../flame/model.ts'
import { leftOutLines } from '../../flame/text.ts'
import { count, counted, ms, percent } from '../../format.ts'
import { figures } from './axis.ts'
import { type Bar, flameView } from './flame.ts'
import { html, type Markup } from './markup.ts'

/** CPU profiles as a flame graph: a function is as wide as the time it took, below the one that called it. */
export function profileOf(profile: ProfileReport): Markup {
  const { tree, hottest } = profile
  if (tree.children.length === 0)
    return html`<section id="profile"><h2>CPU profile</h2><p class="empty">Nothing ran in the time that was sampled.</p>${notesOf(profile)}</section>`
  const { view } = flameView({
    id: 'profile',
    name: 'CPU profile',
    word: 'CPU profile',
    hint: 'A function is as wide as the time it took, below the one that called it.',
    head: ['Function', 'Total', 'Itself', 'Share', 'Kind'],
    root: barOf(tree, tree.total_ms, true),
  })
  return html`<section id="profile"><h2>CPU profile</h2>
<p class="span">${spanOf(profile)}</p>
${legendOf(profile)}
${view}
<h3 class="below">Functions with most time of their own</h3>
${figures(
  'Functions with most time of their own',
  ['Function', 'Itself', 'Share', 'Kind'],
  hottest.map(({ name, at, origin, self_ms, share }) => [
    html`<code>${name}</code> <span class="library">${at}</span>`,
    ms(self_ms),
    percent(share),
    wordOf(origin),
  ]),
)}
${notesOf(profile)}</section>`
}

/** The head of a page with nothing else. */
export function profileHeadline({ files, duration_ms, idle_ms }: ProfileReport): Markup {
  const [first = '', second] = files
  const more =
    files.length > 2 ? ` and ${counted(files.length - 1, 'further file')}` : second && html` and <b>${second}</b>`
  return html`<header><p class="kind">CPU profile</p><h1>${ms(duration_ms - idle_ms)} of work in ${ms(duration_ms)}</h1>
<p class="span">from <b>${first}</b>${more}</p></header>`
}

function spanOf({ files, samples, duration_ms, idle_ms, tree }: ProfileReport): string {
  const idle = duration_ms > 0 ? idle_ms / duration_ms : 0
  const isDrawn = tree.children.some(({ origin }) => origin === 'idle')
  return `${counted(files.length, 'profile')} with ${counted(samples, 'sample')} of ${ms(duration_ms)}. The event loop waited for ${percent(idle)} of it, which is ${isDrawn ? 'drawn as (idle)' : 'not drawn'}.`
}

const legendOf = ({ shares }: ProfileReport): Markup =>
  html`<p class="keys origins">${originWords.map(
    ([origin, word]) => html`<span class="key ${origin}">${word} <b>${percent(shares[origin])}</b></span> `,
  )}</p>`

function barOf(frame: ProfileFrame, wholeMs: number, isRoot = false): Bar {
  const { name, at, origin, total_ms, self_ms, children } = frame
  const share = percent(total_ms / wholeMs)
  const kind = isRoot ? '' : wordOf(origin)
  const where = [at, kind].filter((part) => part !== '').join(', ')
  return {
    name,
    detail: at,
    width: total_ms,
    time: ms(total_ms),
    label: `${name}${where && ` (${where})`}: ${ms(total_ms)}, ${share}`,
    tint: isRoot ? 'tint-all' : `origin-${origin}`,
    cells: [ms(total_ms), ms(self_ms), share, kind],
    children: children.map((child) => barOf(child, wholeMs)),
  }
}

const wordOf = (origin: Origin) => originWords.find(([one]) => one === origin)?.[1] ?? 'waiting'

function notesOf(profile: ProfileReport): Markup {
  const { folded } = profile
  const short = `${count(folded)} parts that are too short or too deep to be seen count in the functions above them.`
  const lines = [...leftOutLines(profile), ...(folded > 0 ? [short] : [])]
  return html`${lines.length > 0 && html`<ul class="hint">${lines.map((line) => html`<li>${line}</li>`)}</ul>`}
<details class="figures"><summary>Files of the CPU profile</summary><p>${count(profile.files.length)}: ${profile.files.join(', ')}</p></details>`
}
