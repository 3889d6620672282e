import { resolve } from 'node:path'
import { type Command, readArgs, type Terminal, UsageError } from './command.ts'
import { openFolder } from './demo/folder.ts'
import { runLive, seconds } from './demo/live.ts'
import { listenForSignals } from './interrupt.ts'
import { report } from './report.ts'
import { createStyle } from './style.ts'

export const demo: Command = {
  summary: 'a first minute: the report of a recorded run, and of one that happens here and now',
  help: `Usage: npx @crossbridge/agent demo [--html PAGE] [--out FOLDER]

Shows two reports. The first is of a recorded run of the example search service. The second is of a run that happens
now, for ${seconds} seconds: a small search service in a process of its own, started with --import @crossbridge/agent and
a crossbridge.yml, as you would start yours. It asks stand-ins on loopback that speak the protocols of OpenAI and
Qdrant, and has one fault. All of it comes with the package; it needs no network and no key.

  --html PAGE    also writes PAGE, the second report as one file with charts
  --out FOLDER   keeps the service, its crossbridge.yml and the records there; otherwise they are in a temporary folder
                 and removed at the end

Neither a crossbridge.yml here nor NODE_OPTIONS, CROSSBRIDGE_* or a proxy in the environment changes it.

Ends with 0.

Example: npx @crossbridge/agent demo --html demo.html
`,
  async run(args, terminal) {
    const { values, positionals } = readArgs('demo', args, { html: { type: 'string' }, out: { type: 'string' } })
    if (positionals.length > 0)
      throw new UsageError(`demo takes no ${JSON.stringify(positionals[0])}; see npx @crossbridge/agent demo --help`)
    const { out, html } = values
    const interrupt = listenForSignals()
    const folder = openFolder(out === undefined ? undefined : resolve(terminal.cwd, out))
    try {
      const inner = { ...terminal, cwd: folder.path, env: withoutOurs(terminal.env) }
      const style = createStyle(terminal.env, terminal.outIsTty)
      const head = (text: string) => terminal.out(`${style('bold', text)}\n\n`)

      head('A recorded run: the example search service, LangChain with OpenAI, LanceDB and pgvector')
      await report.run(['recorded.jsonl', '--slowest', '1'], inner)
      terminal.out('\n')
      head(`A live run: a search service on this machine, for ${seconds} seconds, with the agent in it`)
      await runLive(folder.path, terminal.env, interrupt.signal)
      const page = html === undefined ? [] : ['--html', resolve(terminal.cwd, html)]
      await report.run(['profile.jsonl', '--slowest', '1', ...page], inner)
      terminal.out(`\n${closing({ out, html })}`)
      return 0
    } catch (error) {
      const code = interrupt.code()
      if (code === undefined) throw error
      return code
    } finally {
      folder.close()
      interrupt.off()
    }
  },
}

/** What an application here is told is not for the demo. */
const withoutOurs = (env: Terminal['env']): Terminal['env'] =>
  Object.fromEntries(Object.entries(env).filter(([name]) => !/^CROS/i.test(name)))

function closing({ out, html }: { readonly out: string | undefined; readonly html: string | undefined }): string {
  const kept =
    out === undefined
      ? 'The service and its records were in a temporary folder, which is removed: demo --out FOLDER keeps them.'
      : `The service, its crossbridge.yml and the records are in ${out}.`
  const page =
    html === undefined
      ? 'With charts: npx @crossbridge/agent demo --html demo.html'
      : `With charts: open ${html} in a browser.`
  return `${kept}
${page}
For your own application: npx @crossbridge/agent init
`
}
