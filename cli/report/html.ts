import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { besideChunks } from '../../agent/chunk.ts'
import type { Report } from './model.ts'
import { findingsOf } from './page/findings.ts'
import { flameOf } from './page/flame.ts'
import { aboutOf, headlineOf, titleOf } from './page/headline.ts'
import { html, raw } from './page/markup.ts'
import { processOf } from './page/process.ts'
import { requestsOf } from './page/requests.ts'
import { scopesOf } from './page/scopes.ts'

const sections = [
  ['findings', 'Findings'],
  ['scopes', 'Scopes'],
  ['requests', 'Slowest requests'],
  ['flame', 'Flame view'],
  ['process', 'Process'],
  ['about', 'About'],
] as const

/** A report as one HTML page that needs nothing else: no network, and no script to show its figures. */
export function htmlOf(report: Report): string {
  const [script, style] = [chunkText('page.js'), chunkText('page.css')]
  const policy = `default-src 'none'; style-src 'unsafe-inline'; script-src '${hashOf(script)}'; img-src data:; base-uri 'none'; form-action 'none'`
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${raw(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">
<title>Profile: ${titleOf(report)}</title><style>${raw(style)}</style></head>
<body><a class="skip" href="#main">Skip to the report</a>
<nav aria-label="Parts of the report"><ul>${sections.filter(([id]) => id !== 'process' || report.processes !== undefined).map(([id, name]) => html`<li><a href="#${id}">${name}</a></li>`)}</ul></nav>
<main id="main" tabindex="-1">${headlineOf(report)}
${findingsOf(report)}
${scopesOf(report)}
${requestsOf(report)}
${flameOf(report)}
${processOf(report)}
${aboutOf(report)}</main>
<div id="tip" aria-hidden="true" hidden></div><script>${raw(script)}</script></body></html>
`.markup
}

const hashOf = (text: string) => `sha256-${createHash('sha256').update(text).digest('base64')}`

/** The text of a file that `build/bundle.ts` puts beside the command line's own chunk. */
const chunkText = (name: string) => readFileSync(besideChunks(name), 'utf8').trimEnd()
