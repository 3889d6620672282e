import type { Instrumentation } from '../agent/model.ts'
import { isOneOf } from './shared/browser.ts'

const name = 'args.0.name_'
const operation = { operation: name }
const commands = (scope: string, names: string, metadata = {}) => ({
  scope,
  when: isOneOf(name, names),
  metadata: { ...operation, ...metadata },
})

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
        execute: [
          commands('goto', 'get goBack goForward refresh', { host: 'host(args.0.parameters_.url)' }),
          commands('click', 'clickElement'),
          commands('type', 'sendKeysToElement clearElement setAlertValue'),
          commands(
            'find',
            'findElement findElements findElementsRelative findChildElement findChildElements findElementFromShadowRoot findElementsFromShadowRoot getActiveElement getShadowRoot',
            { results: 'size(result)' },
          ),
          commands(
            'read',
            'getTitle getCurrentUrl getPageSource getElementText getAriaRole getAccessibleName getElementTagName isElementSelected isElementEnabled isElementDisplayed getElementRect getElementAttribute getDomAttribute getElementValueOfCssProperty getElementProperty getAlertText',
          ),
          commands('evaluate', 'executeScript executeAsyncScript'),
          commands('screenshot', 'screenshot takeElementScreenshot printPage'),
          commands('close', 'close quit'),
          { scope: 'command', metadata: operation },
        ],
      },
    },
    {
      file: 'lib/http',
      at: 'Executor.prototype',
      // The others are within.
      methods: { execute: commands('launch', 'newSession') },
    },
  ],
} satisfies Instrumentation
