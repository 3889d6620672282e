/** What is bound, by number or by name. */
export type Values = readonly unknown[] | Readonly<Record<string, unknown>>

/** Conditions and order, and distances: what stands there is compared, not written. */
const compared =
  /\b(?:where|having|order\s+by)\b|\b(?:vec(?:tor)?_distance_[a-z\d]+|(?:array|list)_(?:negative_)?(?:distance|cosine_(?:distance|similarity)|(?:inner|dot)_product))\s*\(|<[-=#+~%]>\s*/gi
const ends = /[();]|\b(?:union|except|intersect|returning)\b/gi
const operand = /'[^']*'|[$?:@]\w*/y
const numbered = /\$\d/
const bound = /\$\w+|(?<!:)[:@][a-z_]\w*|\?\d*/gi
const boundByNumber = /\$\w+/g

/** What an update puts into its table: its text without all that it only compares with, and the values bound in the rest. */
export function writtenIn(text: string, values: Values): { readonly text: string; readonly values: Values } {
  const ranges = comparedIn(text)
  if (ranges.length === 0) return { text, values }
  const others = new Set<string>()
  let [range, places] = [0, 0]
  // Beside `$1` a question mark is an operator.
  for (const { 0: token, index } of text.matchAll(numbered.test(text) ? boundByNumber : bound)) {
    while ((ranges[range]?.to ?? Infinity) <= index) range++
    if ((ranges[range]?.from ?? Infinity) <= index) others.add(keyOf(token, places, values))
    if (token.startsWith('?')) places++
  }
  return {
    text: [{ to: 0 }, ...ranges].map(({ to }, i) => text.slice(to, ranges[i]?.from)).join(' '),
    values: Object.entries(values).flatMap(([key, value]) => (others.has(key) ? [] : [value])),
  }
}

function comparedIn(text: string): { readonly from: number; readonly to: number }[] {
  const ranges = []
  compared.lastIndex = 0
  for (let found = compared.exec(text); found !== null; found = compared.exec(text)) {
    compared.lastIndex = endOf(text, found[0], compared.lastIndex)
    ranges.push({ from: found.index, to: compared.lastIndex })
  }
  return ranges
}

/** A clause goes on to the end of its statement or subquery, a function to its parenthesis, an operator to its operand. */
function endOf(text: string, start: string, from: number): number {
  const isCall = start.endsWith('(')
  if (start.startsWith('<')) {
    operand.lastIndex = from
    return operand.test(text) ? operand.lastIndex : from
  }
  let depth = isCall ? 1 : 0
  ends.lastIndex = from
  for (let found = ends.exec(text); found !== null; found = ends.exec(text)) {
    if (found[0] === '(') depth++
    else if (found[0] === ')' && --depth === 0 && isCall) return ends.lastIndex
    else if (depth < 0 || (found[0] !== ')' && depth === 0)) return found.index
  }
  return text.length
}

/** Where a parameter's value stands: `$1`, `?1`, `:name`, or `?` after as many others. */
export function keyOf(token: string, places: number, values: Values): string {
  const name = token.slice(1)
  if (name === '') return String(places)
  if (/^\d+$/.test(name)) return String(Number(name) - 1)
  return Object.hasOwn(values, name) ? name : token
}
