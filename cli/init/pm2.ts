const preload = '--import @crossbridge/agent'

/** The `node_args` of each application in pm2's file, with the agent; the file is read, not run. */
export function pm2Lines(text: string, isJson: boolean): string[] {
  if (text.includes('@crossbridge/agent')) return ['the agent is in it already']
  const key = isJson ? '"node_args"' : 'node_args'
  const quoted = (value: string) => (isJson ? JSON.stringify(value) : `'${value.replaceAll("'", "\\'")}'`)
  const given = [...text.matchAll(/["']?node_args["']?\s*:\s*(?:(["'`])(.*?)\1|\[([^\]]*)\])/g)]
  const lines = given.map(([, , value, list]) =>
    list === undefined
      ? `${key}: ${quoted(`${preload} ${value}`)}`
      : `${key}: [${quoted('--import')}, ${quoted('@crossbridge/agent')}, ${list.trim()}]`,
  )
  const scripts = [...text.matchAll(/["']?script["']?\s*:\s*(["'`])(.*?)\1/g)].map(([, , script]) => script)
  if (scripts.length <= given.length) return lines.length > 0 ? lines : [`${key}: ${quoted(preload)}`]
  const where =
    given.length > 0
      ? 'beside each script that has none'
      : scripts.length > 1
        ? 'beside each script'
        : `beside script: '${scripts[0]}'`
  return [...lines, `${key}: ${quoted(preload)},   (${where})`]
}
