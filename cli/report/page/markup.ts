import { plain } from '../../style.ts'

/** Text that is HTML already; everything else is escaped where it is put in. */
export interface Markup {
  readonly markup: string
}

type Piece = Markup | string | number | false | undefined | readonly Piece[]

export const raw = (markup: string): Markup => ({ markup })

/** HTML of a template: what is put in is escaped, without control characters, unless it is `Markup`; lists are joined. */
export const html = (parts: TemplateStringsArray, ...pieces: readonly Piece[]): Markup =>
  raw(parts.map((part, i) => part + textOf(pieces[i])).join(''))

/** A sentence in which \`this\` is code. */
export const prose = (sentence: string): Piece =>
  sentence.split(/`([^`]+)`/).map((part, i) => (i % 2 === 1 ? html`<code>${part}</code>` : part))

/** A scope's name, which may be broken where its words end. */
export const nameOf = (name: string): Piece =>
  name.split(/(?<=[._])/).map((word, i) => (i === 0 ? word : html`<wbr>${word}`))

function textOf(piece: Piece): string {
  if (piece === undefined || piece === false) return ''
  if (typeof piece === 'number') return String(Number.isFinite(piece) ? Math.round(piece * 100) / 100 : 0)
  if (typeof piece === 'string') return escapeText(piece)
  return 'markup' in piece ? piece.markup : piece.map(textOf).join('')
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
}

const escapeText = (text: string) => plain(text).replace(/[&<>"'`]/g, (char) => entities[char] ?? char)
