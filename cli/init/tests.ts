import { preload, withOptions } from './line.ts'

/** How tests are run with the agent, each way on a line. */
export interface TestLines {
  readonly location: 'in package.json' | 'in a shell'
  readonly lines: readonly string[]
}

/** The packages of the frameworks, with what runs each. */
const commands: Readonly<Record<string, string>> = {
  vitest: 'npx vitest run',
  mocha: 'npx mocha',
  jest: 'npx jest',
  '@playwright/test': 'npx playwright test',
  '@cucumber/cucumber': 'npx cucumber-js',
}
const runsFramework =
  /(?:^|[\s\\/])(?:vitest|mocha|jest|cucumber-js|playwright\s+test)(?=\s|$)|(?:^|[\s\\/])(?:node|tsx)\s(?:.*\s)?--test(?=\s|$)/
const runsNode = /^(\S*[\\/])?node\s+/

/** Of the project's test frameworks; none where it has none that the agent knows. */
export function testLinesOf(
  scripts: Readonly<Record<string, string>>,
  dependencies: readonly string[],
): TestLines | undefined {
  const changed = Object.entries(scripts).flatMap(([name, line]) => {
    const found = withAgent(line)
    if (found === undefined) return []
    return [
      found === line
        ? `${JSON.stringify(name)} has the agent already`
        : `${JSON.stringify(name)}: ${JSON.stringify(found)}`,
    ]
  })
  if (changed.length > 0) return { location: 'in package.json', lines: changed }
  const lines = Object.entries(commands).flatMap(([name, command]) =>
    dependencies.includes(name) ? [withOptions('', preload) + command] : [],
  )
  return lines.length > 0 ? { location: 'in a shell', lines } : undefined
}

/** A script with the agent in it; undefined where it runs no tests. */
export function withAgent(line: string): string | undefined {
  const parts = line.split(/(\s*(?:&&|\|\||[;|&])\s*)/)
  const at = parts.findIndex((part, i) => i % 2 === 0 && runsFramework.test(part))
  const part = parts[at]
  if (part === undefined) return undefined
  if (line.includes('@crossbridge/agent')) return line
  const [, env = '', rest = ''] =
    /^((?:(?:npx\s+)?cross-env(?:-shell)?\s+)?(?:\w+=(?:"[^"]*"|'[^']*'|\S*)\s+)*)(.*)$/s.exec(part) ?? []
  const changed = runsNode.test(rest)
    ? env + rest.replace(runsNode, (start) => `${start}${preload} `)
    : withOptions(env, preload) + rest
  return parts.with(at, changed).join('')
}
