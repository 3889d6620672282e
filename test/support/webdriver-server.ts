import { json, type Loopback, listen } from './openai-server.ts'

const element = 'element-6066-11e4-a52e-4f735466cecf'

/** Speaks as much of the W3C WebDriver protocol as a page with one button and two links needs; `#missing` is not there, and an element `missing` not any more. */
export function webdriverServer(): Promise<Loopback> {
  let address = 'about:blank'
  return listen((request, text, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://127.0.0.1')
    const body = JSON.parse(text || '{}')
    const value = (given: unknown) => json(response, { value: given })
    if (pathname === '/session')
      return value({
        sessionId: 's',
        capabilities: { browserName: 'chrome', browserVersion: '1', platformName: 'linux' },
      })
    const [, , , ...command] = pathname.split('/')
    const asked = command.at(-1)
    if (asked === 'url' && request.method === 'POST') address = body.url
    if (asked === 'url') return value(request.method === 'POST' ? null : address)
    if (command.includes('missing'))
      return json(response, { value: { error: 'stale element reference', message: 'private', stacktrace: '' } }, 404)
    if (asked === 'element' && body.value === '#missing')
      return json(response, { value: { error: 'no such element', message: 'private', stacktrace: '' } }, 404)
    if (asked === 'element') return value({ [element]: 'e1' })
    if (asked === 'elements') return value([{ [element]: 'e1' }, { [element]: 'e2' }])
    if (asked === 'title' || asked === 'text') return value('private title')
    if (asked === 'screenshot') return value('cHJpdmF0ZQ==')
    if (asked === 'sync') return value(body.args.length)
    if (asked === 'cookie') return value([])
    return value(null)
  })
}
