/** A table in Markdown. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

/** A page's prose, with a table in the place of each `<!-- name -->`. */
export function fill(template: string, tables: Readonly<Record<string, string>>): string {
  return template.replace(/<!-- (\w+) -->/g, (_, name: string) => {
    const made = tables[name]
    if (made === undefined) throw new Error(`a template asks for a table ${name} that nobody makes`)
    return made
  })
}

export const code = (text: string) => `\`${text}\``
