import type { Instrumentation } from '../agent/model.ts'
import { commands } from './shared/browser.ts'

const asked = {
  name: 'args.0.name_',
  metadata: { goto: { host: 'host(args.0.parameters_.url)' }, find: { results: 'size(result)' } },
}

export default {
  name: 'selenium',
  module: 'selenium-webdriver',
  versions: '>=4.20 <5',
  target: 'driver',
  system: { provider: 'selenium' },
  classes: [
    {
      // All commands of drivers and elements go through it, each by itself: an element is a promise with methods.
      file: 'lib/webdriver',
      at: 'WebDriver.prototype',
      methods: {
        execute: commands(asked, {
          goto: 'get goBack goForward refresh',
          click: 'clickElement',
          type: 'sendKeysToElement clearElement setAlertValue',
          find: `findElement findElements findElementsRelative findChildElement findChildElements
            findElementFromShadowRoot findElementsFromShadowRoot getActiveElement getShadowRoot`,
          read: `getTitle getCurrentUrl getPageSource getElementText getAriaRole getAccessibleName getElementTagName
            isElementSelected isElementEnabled isElementDisplayed getElementRect getElementAttribute getDomAttribute
            getElementValueOfCssProperty getElementProperty getAlertText`,
          evaluate: 'executeScript executeAsyncScript',
          screenshot: 'screenshot takeElementScreenshot printPage',
          close: 'close quit',
          command: '',
        }),
      },
    },
    // The others are within.
    { file: 'lib/http', at: 'Executor.prototype', methods: { execute: commands(asked, { launch: 'newSession' }) } },
  ],
} satisfies Instrumentation
