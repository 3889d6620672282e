import { existsSync } from 'node:fs'
import { library } from '../support/library.ts'
import { chromium, pageServer } from '../support/page-server.ts'

const of = (scope: string, operation: string, more = {}) => ({ scope: `driver.${scope}`, operation, ...more })

library({
  name: 'puppeteer',
  module: 'puppeteer-core',
  targets: ['driver'],
  packages: ['current', 'previous'],
  skip: () => !existsSync(chromium) && 'there is no Chromium here',
  server: pageServer,
  imports: [['* as exported', 'puppeteer-core']],
  setUp: ({ url }) => `
    const { default: puppeteer, Page, ElementHandle, TimeoutError } = exported
    const made = { executablePath: '${chromium}', args: ['--no-sandbox', '--host-resolver-rules=MAP shop.example ${new URL(url || 'http://none').host}'] }
    const browser = await puppeteer.launch(made)
    const page = await browser.newPage()
    const address = 'http://user:private@shop.example/private?private=1'
    await page.goto(address)`,
  tearDown: 'await browser.close()',
  shapes: ['puppeteer', 'page', 'browser', 'Page.prototype', 'ElementHandle.prototype', `page.locator('private')`],
  fails: `page.click('private')`,
  many: 'page.evaluate((i) => i, i % 3)',
  calls: [
    {
      it: 'records where a page goes, by its host alone',
      body: `
        print((await page.goto(address)).status())
        print((await page.reload()).status())
        print(await page.mainFrame().goto('data:text/html,private').then((response) => response?.status()))`,
      records: [of('goto', 'goto', { host: 'shop.example' }), of('goto', 'reload'), of('goto', 'goto')],
    },
    {
      it: 'records what is done with a page, its elements and locators, once each',
      body: `
        await page.goto(address)
        await page.click('button')
        await page.type('input', 'private')
        await page.locator('button').click()
        const [found] = await page.$$('a')
        await found.click()
        await page.keyboard.press('Tab')
        await page.mouse.click(1, 1)
        print([await page.title(), await page.$eval('button', (button) => button.textContent)])
        print([await found.evaluate((link) => link.textContent), await page.evaluate(() => 'private')])
        print((await page.screenshot()).length > 0)`,
      records: [
        of('goto', 'goto', { host: 'shop.example' }),
        of('click', 'click'),
        of('type', 'type'),
        of('click', 'click'),
        of('find', '$$', { results: 2 }),
        of('click', 'click'),
        of('type', 'press'),
        of('click', 'click'),
        of('read', 'title'),
        of('evaluate', '$eval'),
        of('evaluate', 'evaluate'),
        of('evaluate', 'evaluate'),
        of('screenshot', 'screenshot'),
      ],
    },
    {
      it: 'records browsers, pages and what is too late, by the protocol of WebDriver, too',
      body: `
        const other = await puppeteer.launch({ ...made, protocol: 'webDriverBiDi' })
        const opened = await other.newPage()
        await opened.goto(address)
        await opened.click('button')
        print(await opened.waitForSelector('#private', { timeout: 50 }).catch((error) => error instanceof TimeoutError))
        await opened.close()
        await other.close()`,
      records: [
        of('launch', 'launch'),
        of('command', 'newPage'),
        of('goto', 'goto', { host: 'shop.example' }),
        of('click', 'click'),
        of('find', 'waitForSelector', { error: 'TimeoutError' }),
        of('close', 'close'),
        of('close', 'close'),
      ],
    },
  ],
})
