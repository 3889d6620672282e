import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The sections of the README files below a folder, at most `most`, not more than 12 of one file. */
export function readCorpus(folder, most) {
  const root = fileURLToPath(folder)
  const files = readdirSync(root, { recursive: true })
    .filter((name) => /(^|[\\/])readme\.md$/i.test(name))
    .sort()
  return files.flatMap((name) => sectionsOf(join(root, name), relative('.', name)).slice(0, 12)).slice(0, most)
}

function sectionsOf(file, source) {
  const parts = readFileSync(file, 'utf8').split(/^#{1,4} +(.+)$/m)
  const sections = []
  for (let i = 1; i < parts.length; i += 2) {
    const text = prose(parts[i + 1])
    if (text.length >= 120) sections.push({ source: source.replaceAll('\\', '/'), title: prose(parts[i]), text })
  }
  return sections
}

/** Markdown without code, images, tags and link targets, cut at 800 characters. */
function prose(markdown) {
  const text = markdown
    .replace(/```[\s\S]*?(```|$)/g, ' ')
    .replace(/!\[[^\]]*\]\([^)]*\)|<[^>]+>|^\[[^\]]+\]:.*$/gm, ' ')
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/^#+ /gm, '')
  return text.replace(/\s+/g, ' ').trim().slice(0, 800)
}
