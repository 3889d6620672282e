import { webdriverServer } from '../webdriver-server.ts'
import type { Family, Really } from './row.ts'

/** The command that has the address, as the driver calls it. */
const sent =
  (end: string, operation: string): Really =>
  ({ path }) => ({ operation: path.endsWith(end) ? operation : path })

/** Browsers, and what steers them. */
export const browsers: Family = {
  selenium: {
    server: webdriverServer,
    imports: [['{ Builder, By }', 'selenium-webdriver']],
    setUp: `
      const build = () => new Builder().forBrowser('chrome').usingServer(url).disableEnvironmentOverrides().build()
      const driver = await build()
      const element = await driver.findElement(By.css('private'))`,
    rows: [
      [
        'driver.goto',
        `driver.get('http://private:private@shop.example/private')`,
        ({ sent: { url } }) => ({ host: new URL(url).host, operation: 'get' }),
      ],
      ['driver.click', 'element.click()', sent('/click', 'clickElement')],
      ['driver.type', `element.sendKeys('private')`, sent('/value', 'sendKeysToElement')],
      ['driver.find', `driver.findElements(By.css('a'))`, ({ answered }) => ({ results: answered.value.length })],
      ['driver.find', `driver.findElement(By.css('#missing')).getId()`, sent('/element', 'findElement')],
      ['driver.read', 'element.getText()', sent('/text', 'getElementText')],
      ['driver.evaluate', `driver.executeScript('private')`, sent('/execute/sync', 'executeScript')],
      ['driver.screenshot', 'driver.takeScreenshot()', sent('/screenshot', 'screenshot')],
      ['driver.command', 'driver.manage().getCookies()', sent('/cookie', 'getCookies')],
      ['driver.launch', 'build().getSession()', sent('/session', 'newSession')],
      ['driver.close', 'driver.quit()', sent('/session/s', 'quit')],
    ],
    packages: 'previous',
  },
  webdriverio: {
    server: webdriverServer,
    imports: [['{ remote }', 'webdriverio']],
    setUp: `
      const { hostname, port } = new URL(url)
      const capabilities = { browserName: 'chrome', 'wdio:enforceWebDriverClassic': true }
      const made = { hostname, port: Number(port), path: '/', logLevel: 'silent', capabilities }
      const browser = await remote(made)
      await browser.getWindowHandle()`,
    rows: [
      [
        'driver.goto',
        `browser.url('http://private:private@shop.example/private')`,
        ({ sent: { url } }) => ({ host: new URL(url).host, operation: 'navigateTo' }),
      ],
      ['driver.click', `browser.elementClick('e1')`, sent('/click', 'elementClick')],
      ['driver.type', `browser.elementSendKeys('e1', 'private')`, sent('/value', 'elementSendKeys')],
      [
        'driver.find',
        `browser.findElements('css selector', 'a')`,
        ({ answered }) => ({ results: answered.value.length }),
      ],
      ['driver.read', `browser.getElementText('e1')`, sent('/text', 'getElementText')],
      ['driver.read', `browser.getElementText('missing')`, sent('/text', 'getElementText')],
      ['driver.evaluate', `browser.execute('private')`, sent('/execute/sync', 'executeScript')],
      ['driver.screenshot', 'browser.takeScreenshot()', sent('/screenshot', 'takeScreenshot')],
      ['driver.command', 'browser.getAllCookies()', sent('/cookie', 'getAllCookies')],
      ['driver.close', 'browser.deleteSession()', sent('/session/s', 'deleteSession')],
    ],
  },
}
