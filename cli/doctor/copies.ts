import { dirname } from 'node:path'
import { near } from '../config.ts'
import { realOf } from '../files.ts'
import { type Finding, note, ok, problem } from './finding.ts'
import { findInstalled } from './installed.ts'
import { agentName, type Project, register } from './project.ts'

/** Checks that the application finds the agent, also in production. */
export function checkCopies(project: Project): Finding[] {
  const { cwd, packageJson, dockerfiles } = project
  const copies = findInstalled(cwd, [agentName]).map(({ folder, version }) => ({ folder, version }))
  const findings: Finding[] = []
  const [first] = copies
  if (first === undefined)
    findings.push(
      realOf(dirname(register)) === realOf(project.root)
        ? ok('this is the agent itself')
        : problem(
            `${agentName} is not installed in this folder or one above; npx runs a copy of its own`,
            `npm install ${agentName}`,
          ),
    )
  else findings.push(ok(`${agentName} ${first.version} is installed (${near(first.folder, cwd)})`))
  if (copies.length > 1)
    findings.push(
      note(
        `there are ${copies.length} copies of ${agentName}: ${copies.map(({ folder }) => near(folder, cwd)).join(', ')}; the second to start disables itself`,
      ),
    )
  const isDev =
    packageJson?.devDependencies?.[agentName] !== undefined && packageJson.dependencies?.[agentName] === undefined
  const omits = omitsDev(project)
  if (isDev && omits !== undefined)
    findings.push(
      problem(
        `${agentName} is a development dependency, and ${omits} leaves those out`,
        `make it a dependency: npm install --save-prod ${agentName}`,
      ),
    )
  else if (isDev)
    findings.push(note(`${agentName} is a development dependency: installs that omit those go without it`))
  return findings

  function omitsDev({ env }: Project): string | undefined {
    const omit =
      /\b(npm|yarn|pnpm)\b[^\n&;]*(--omit[= ]dev|--production(?!=false)|--prod\b|--only=prod|workspaces focus --production)/
    for (const [name, text] of Object.entries(dockerfiles)) {
      const line = text.split(/\r?\n/).findLast((one) => /^\s*RUN\b/i.test(one) && omit.test(one))
      if (line !== undefined) return `${name} (${omit.exec(line)?.[0]})`
      if (/^\s*ENV\s+NODE_ENV[= ]"?production/im.test(beforeInstall(text))) return `${name} (NODE_ENV=production)`
    }
    return /\bdev\b/.test(env.npm_config_omit ?? '') ? 'npm_config_omit' : undefined
  }
}

/** The part of a Dockerfile before its install. */
function beforeInstall(text: string): string {
  const at = text.search(/^\s*RUN\b.*\b(npm (ci|i|install)|yarn( install)?|pnpm (i|install))\b/im)
  return at < 0 ? '' : text.slice(0, at)
}
