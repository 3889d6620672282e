import { existsSync } from 'node:fs'
import { library } from '../support/library.ts'
import { chromium, pageServer } from '../support/page-server.ts'

const of = (scope: string, operation: string, more = {}) => ({ scope: `driver.${scope}`, operation, ...more })

library({
  name: 'playwright',
  module: 'playwright-core',
  targets: ['driver'],
  packages: ['current', 'previous'],
  skip: () => !existsSync(chromium) && 'there is no Chromium here',
  server: pageServer,
  imports: [['{ chromium, errors }', 'playwright-core']],
  setUp: ({ url }) => `
    const made = { executablePath: '${chromium}', args: ['--no-sandbox', '--host-resolver-rules=MAP shop.example ${new URL(url || 'http://none').host}'] }
    const browser = await chromium.launch(made)
    const page = await browser.newPage()
    const address = 'http://user:private@shop.example/private?private=1'
    await page.goto(address)`,
  tearDown: 'await browser.close()',
  shapes: ['chromium', 'page', 'browser', 'page.constructor.prototype', `page.locator('private')`],
  fails: `page.click('private', { timeout: 50 })`,
  many: 'page.evaluate((i) => i, i % 3)',
  uncounted: 'what it is given is copied before it gets to the method that is profiled',
  calls: [
    {
      it: 'records where a page goes, by its host alone',
      body: `
        print((await page.goto(address)).status())
        print((await page.reload()).status())
        print(await page.goto('data:text/html,private'))`,
      records: [of('goto', 'goto', { host: 'shop.example' }), of('goto', 'reload'), of('goto', 'goto')],
    },
    {
      it: 'records what is done with a page and its elements, once each',
      body: `
        await page.goto(address)
        await page.click('button')
        await page.locator('input').fill('private')
        print([await page.locator('a').count(), (await page.$$('a')).length])
        print([await page.title(), await page.textContent('button'), await page.locator('input').inputValue()])
        print([await page.evaluate(() => 'private'), (await page.screenshot()).length > 0])`,
      records: [
        of('goto', 'goto', { host: 'shop.example' }),
        of('click', 'click'),
        of('type', 'fill'),
        of('find', 'queryCount', { results: 2 }),
        of('find', 'querySelectorAll', { results: 2 }),
        of('read', 'title'),
        of('read', 'textContent'),
        of('read', 'inputValue'),
        of('evaluate', 'evaluateExpression'),
        of('screenshot', 'screenshot'),
      ],
    },
    {
      it: 'records browsers, pages and what is too late',
      body: `
        const other = await chromium.launch(made)
        const opened = await other.newPage()
        print(await opened.click('#private', { timeout: 50 }).catch((error) => error instanceof errors.TimeoutError))
        await opened.close()
        await other.close()`,
      records: [
        of('launch', 'launch'),
        of('command', 'newContext'),
        // So Playwright's own bundle calls it.
        of('click', 'click', { error: 'TimeoutError2' }),
        of('close', 'close'),
        of('close', 'close'),
      ],
    },
  ],
})
