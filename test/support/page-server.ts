import { type Loopback, listen } from './openai-server.ts'

/** Chromium of the machine, where it has one. */
export const chromium = '/usr/bin/chromium'

/** One page with a button, a field and two links. */
export function pageServer(): Promise<Loopback> {
  return listen((_request, _text, response) => {
    response.setHeader('content-type', 'text/html')
    response.end(
      '<title>private title</title><button>private</button><input><a href="#">private</a><a href="#">private</a>',
    )
  })
}
