/**
 * undici begins its debug log when it is loaded, from 7 on only where nobody listens yet. So Node's own is loaded before we
 * do, and logs for all; that of Node 20 and 22 does not ask.
 */
export function letDebugLogBegin(sections = ''): void {
  const asks = Number.parseInt(process.versions.node, 10) > 22
  if (asks && /undici|fetch|websocket|\*/i.test(sections)) void globalThis.Headers
}
