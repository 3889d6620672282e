import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import axe from 'axe-core'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'

export const executablePath = [
  process.env.CHROMIUM_PATH,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
].find((path) => path !== undefined && existsSync(path))

/** A browser for a suite's pages. */
export function createPages() {
  const folder = mkdtempSync(join(tmpdir(), 'crossbridge-page-'))
  let browser: Browser

  return {
    async start(): Promise<void> {
      browser = await chromium.launch({
        executablePath: executablePath ?? '',
        args: '--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync'.split(
          ' ',
        ),
      })
    },
    async end(): Promise<void> {
      await browser?.close()
      rmSync(folder, { recursive: true, force: true })
    },
    /** Opens a page; `told` is what went wrong while it was open. */
    async openPage(html: string, options: BrowserContextOptions) {
      const file = join(folder, 'page.html')
      writeFileSync(file, html)
      const context = await browser.newContext({ offline: true, reducedMotion: 'reduce', ...options })
      const page = await context.newPage()
      const told: string[] = []
      page.on('console', (message) => told.push(message.text()))
      page.on('pageerror', (error) => told.push(error.message))
      page.on('requestfailed', (request) => told.push(request.url()))
      page.on('dialog', (dialog) => told.push(dialog.message()))
      await page.goto(pathToFileURL(file).href)
      return { page, told, close: () => context.close() }
    },
  }
}

/** What axe-core finds with all its rules, those for the highest contrast and the experimental ones too. */
export async function violations(page: Page): Promise<unknown> {
  await page.evaluate(axe.source)
  return page.evaluate(`axe
    .run({ rules: Object.fromEntries(axe.getRules().map(({ ruleId }) => [ruleId, { enabled: true }])) })
    .then(({ violations }) => violations.map(({ id, nodes }) => [id, ...nodes.map(({ html }) => html)]))`)
}

/** Elements that are open at the end, or closed where another one is open. */
export function unclosed(page: string): string[] {
  const open: string[] = []
  const wrong: string[] = []
  const body = page.replace(/<(script|style)>.*?<\/\1>/gs, '').replace(/<!doctype html>/, '')
  for (const [, end, name = '', alone] of body.matchAll(/<(\/?)([a-z0-9]+)(?:\s[^<>]*?)?(\/?)>/g)) {
    if (alone === '/' || name === 'meta' || name === 'wbr' || name === 'input') continue
    if (end === '') open.push(name)
    else if (open.pop() !== name) wrong.push(name)
  }
  return [...open, ...wrong]
}
