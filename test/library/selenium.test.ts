import { library } from '../support/library.ts'
import { webdriverServer } from '../support/webdriver-server.ts'

const of = (scope: string, operation: string, more = {}) => ({ scope: `driver.${scope}`, operation, ...more })

library({
  name: 'selenium',
  module: 'selenium-webdriver',
  targets: ['driver'],
  packages: ['current', 'previous'],
  server: webdriverServer,
  imports: [['{ Builder, By, Key, WebDriver, WebElement }', 'selenium-webdriver']],
  setUp: ({ url }) => `
    const build = () => new Builder().forBrowser('chrome').usingServer('${url}').disableEnvironmentOverrides().build()
    const driver = await build()
    await driver.getTitle()`,
  shapes: [
    'WebDriver',
    'WebDriver.prototype',
    'WebElement.prototype',
    'driver',
    `driver.findElement(By.css('#private'))`,
  ],
  fails: `driver.findElement(By.css('#missing')).then((found) => found)`,
  many: 'driver.executeScript("return private", ...Array(i % 3).fill("private"))',
  calls: [
    {
      it: 'records where a browser goes, by its host alone',
      body: `
        print(await driver.get('http://user:private@shop.example:8080/private?private=1'))
        print(await driver.navigate().to('data:text/plain,private'))
        print([await driver.getCurrentUrl(), await driver.navigate().back(), await driver.navigate().refresh()])`,
      records: [
        of('goto', 'get', { host: 'shop.example:8080' }),
        of('goto', 'get'),
        of('read', 'getCurrentUrl'),
        of('goto', 'goBack'),
        of('goto', 'refresh'),
      ],
    },
    {
      it: 'records what is done with elements, of a promise of one as well',
      body: `
        await driver.findElement(By.css('#private')).click()
        const found = await driver.findElements(By.css('a.private'))
        await found[0].sendKeys('private', Key.ENTER)
        print([found.length, await found[1].getText(), await found[0].clear()])
        print((await found[0].findElements(By.css('private'))).length)`,
      records: [
        of('find', 'findElement'),
        of('click', 'clickElement'),
        of('find', 'findElements', { results: 2 }),
        of('type', 'sendKeysToElement'),
        of('read', 'getElementText'),
        of('type', 'clearElement'),
        of('find', 'findChildElements', { results: 2 }),
      ],
    },
    {
      it: 'records scripts, pictures, the end of a session, and every other command',
      body: `
        const other = await build()
        print([await other.executeScript('return private', 1, 2), await other.takeScreenshot()])
        print([await other.manage().getCookies(), await other.quit()])`,
      records: [
        of('launch', 'newSession'),
        of('evaluate', 'executeScript'),
        of('screenshot', 'screenshot'),
        of('command', 'getCookies'),
        of('close', 'quit'),
      ],
    },
    {
      it: 'records an element that is not there as a failed search',
      body: `print(await driver.findElement(By.css('#missing')).then(() => 0, (error) => [error.name, error.message]))`,
      records: [of('find', 'findElement', { error: 'NoSuchElementError' })],
    },
  ],
})
