import { library } from '../support/library.ts'
import { webdriverServer } from '../support/webdriver-server.ts'

const of = (scope: string, operation: string, more = {}) => ({ scope: `driver.${scope}`, operation, ...more })

library({
  name: 'webdriverio',
  module: 'webdriver',
  targets: ['driver'],
  packages: ['current'],
  server: webdriverServer,
  imports: [['{ remote }', 'webdriverio']],
  setUp: ({ url }) => `
    const { hostname, port } = new URL('${url || 'http://none'}')
    const capabilities = { browserName: 'chrome', 'wdio:enforceWebDriverClassic': true }
    const made = { hostname, port: Number(port), path: '/', logLevel: 'silent', waitforTimeout: 50, capabilities }
    const browser = await remote(made)
    const found = await browser.$('#private').getElement()`,
  shapes: ['remote', 'browser', 'found', `browser.$('#private')`, 'browser.navigateTo', 'found.elementClick'],
  fails: `browser.getElementText('missing')`,
  many: 'browser.execute("return private", ...Array(i % 3).fill("private"))',
  calls: [
    {
      it: 'records where a browser goes, by its host alone',
      body: `
        await browser.url('http://user:private@shop.example:8080/private?private=1')
        await browser.navigateTo('data:text/plain,private')
        print([await browser.getUrl(), await browser.back(), await browser.refresh()])`,
      records: [
        of('goto', 'navigateTo', { host: 'shop.example:8080' }),
        of('goto', 'navigateTo'),
        of('read', 'getUrl'),
        of('goto', 'back'),
        of('goto', 'refresh'),
      ],
    },
    {
      it: 'records what is done with elements, of one that is still looked for as well',
      body: `
        await browser.$('#private').click()
        const links = await browser.$$('a.private').getElements()
        print([links.length, await links[0].getText()])
        await links[1].setValue('private')
        print(await links[0].$$('private').length)`,
      records: [
        of('find', 'findElement'),
        of('click', 'elementClick'),
        of('find', 'findElements', { results: 2 }),
        of('read', 'getElementText'),
        of('type', 'elementClear'),
        of('type', 'elementSendKeys'),
        of('find', 'findElementsFromElement', { results: 2 }),
      ],
    },
    {
      it: 'records scripts, pictures, the end of a session, and other commands',
      body: `
        const other = await remote(made)
        print([await other.execute('return private', 1, 2), await other.takeScreenshot()])
        print([await other.getAllCookies(), await other.deleteSession()])`,
      records: [
        of('launch', 'newSession'),
        // Its own, by which it knows where it is.
        of('command', 'getWindowHandle'),
        of('evaluate', 'executeScript'),
        of('screenshot', 'takeScreenshot'),
        of('command', 'getAllCookies'),
        of('close', 'deleteSession'),
      ],
    },
    {
      it: 'records a command that fails',
      body: `print(await browser.getElementText('missing').then(() => 0, (error) => [error.name, error.message]))`,
      records: [
        // So its own bundle calls it.
        of('read', 'getElementText', { error: '_WebDriverResponseError' }),
      ],
    },
  ],
})
