import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { besideChunks } from '../../agent/chunk.ts'
import type { ProfileReport } from '../flame/model.ts'
import type { Report } from './model.ts'
import { findingsOf } from './page/findings.ts'
import { aboutOf, headlineOf, titleOf } from './page/headline.ts'
import { html, type Markup, raw } from './page/markup.ts'
import { processOf } from './page/process.ts'
import { profileHeadline, profileOf } from './page/profile.ts'
import { requestFlameOf } from './page/request-flame.ts'
import { requestsOf } from './page/requests.ts'
import { scopesOf } from './page/scopes.ts'
import { scoresOf } from './page/scores.ts'

/** Its id, its name in the list of parts, and what it shows. */
export type Section = readonly [id: string, name: string, content: Markup]

/** A report as one HTML page that needs nothing else: no network, and no script to show its figures. */
export function htmlOf(report: Report): string {
  const { profile } = report
  const process = processOf(report)
  const scores = scoresOf(report)
  const sections: readonly Section[] = [
    ['findings', 'Recommendations', findingsOf(report)],
    ['scopes', 'Scopes', scopesOf(report)],
    ['requests', 'Slowest requests', requestsOf(report)],
    ['flame', 'Flame view', requestFlameOf(report)],
    ...(scores === false ? [] : [['scores', 'Scores', scores] as const]),
    ...(process === false ? [] : [['process', 'Process', process] as const]),
    ...(profile === undefined ? [] : [['profile', 'CPU profile', profileOf(profile)] as const]),
    ['about', 'About', aboutOf(report)],
  ]
  return pageOf(`Profile: ${titleOf(report)}`, headlineOf(report), sections)
}

/** CPU profiles alone, as such a page. */
export function profilePageOf(profile: ProfileReport): string {
  return pageOf(`CPU profile: ${profile.files[0] ?? ''}`, profileHeadline(profile), [
    ['profile', 'CPU profile', profileOf(profile)],
  ])
}

/** A page of such sections. */
export function pageOf(title: string, headline: Markup, sections: readonly Section[]): string {
  const [script, style] = [chunkText('page.js'), chunkText('page.css')]
  const policy = `default-src 'none'; style-src 'unsafe-inline'; script-src '${hashOf(script)}'; img-src data:; base-uri 'none'; form-action 'none'`
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${raw(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">
<title>${title}</title><style>${raw(style)}</style></head>
<body><a class="skip" href="#main">Skip to the report</a>${
    sections.length > 1 &&
    html`
<nav aria-label="Parts of the report"><ul>${sections.map(([id, name]) => html`<li><a href="#${id}">${name}</a></li>`)}</ul></nav>`
  }
<main id="main" tabindex="-1">${headline}
${sections.map(([, , content]) => html`${content}\n`)}</main>
<div id="tip" aria-hidden="true" hidden></div><script>${raw(script)}</script></body></html>
`.markup
}

const hashOf = (text: string) => `sha256-${createHash('sha256').update(text).digest('base64')}`

/** The text of a file that `build/bundle.ts` puts beside the command line's own chunk. */
const chunkText = (name: string) => readFileSync(besideChunks(name), 'utf8').trimEnd()
