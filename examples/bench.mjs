// `npm run demo:bench`: installs and builds what is missing, and measures four embedded vector stores against each other.
import { spawnSync } from 'node:child_process'
import { join, relative } from 'node:path'
import { build, install, say } from './install.mjs'

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < 22 || (major === 22 && minor < 13)) {
  console.error(
    `The example takes SQLite from Node itself, which has it from 22.13 on; this is ${process.versions.node}.`,
  )
  process.exit(1)
}

const root = join(import.meta.dirname, '..')
const example = join(import.meta.dirname, 'bench')
install(root, "the agent's packages")
install(example, "the example's packages (LanceDB, PGlite and others, about 300 MB)")
await build(root)

const page = join('data', 'bench.html')
say(`npx @crossbridge/agent bench bench.yml --html ${page}, in examples/bench: about two minutes`)
const cli = join(root, 'dist/chunk/cli.cjs')
const { status } = spawnSync(process.execPath, [cli, 'bench', 'bench.yml', '--html', page], {
  cwd: example,
  stdio: 'inherit',
})
if (status === 0) console.log(`\nThe same with charts: ${relative(process.cwd(), join(example, page))}`)
process.exitCode = status ?? 1
