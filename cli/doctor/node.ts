import { supportsSyncHooks } from '../../agent/load/loader.ts'
import { type Finding, note, ok, problem, type Section } from './finding.ts'
import type { Project } from './project.ts'

/** Checks that the agent runs on this Node, and says how it hooks modules there. */
export function checkNode({ dockerfiles, starts }: Project): Section {
  const findings = [ofVersion(process.versions.node, 'this is'), ...Object.entries(dockerfiles).flatMap(ofImage)]
  const other = starts.find(({ program }) => program === 'bun' || program === 'deno')
  if (other?.program !== undefined)
    findings.push(
      problem(
        `${other.location} runs ${other.program}, which has no module hooks that the agent can use`,
        `start the application with node instead of ${other.program} (${other.location})`,
      ),
    )
  if (
    starts.some(({ flags }) => flags.some((flag) => /^--(experimental-)?permission$/.test(flag))) &&
    !supportsSyncHooks()
  )
    findings.push(note('--permission: the loader thread that hooks imports on this Node needs --allow-worker'))
  return { title: 'Node', findings }
}

function ofVersion(version: string, subject: string): Finding {
  const other = ['bun', 'deno'].find((name) => process.versions[name] !== undefined)
  if (other !== undefined)
    return problem(
      `${subject} ${other}, which has no module hooks that the agent can use`,
      `start the application with node instead of ${other}`,
    )
  if (!isFit(version))
    return problem(
      `${subject} Node ${version}: not supported, the agent needs ^20.19 or >=22.12`,
      'run the application on Node 22.12 or later (or 20.19 and later of 20)',
    )
  const hooks = supportsSyncHooks(version)
    ? 'in the thread itself (registerHooks)'
    : 'by a loader thread, as older Node does'
  return ok(`${subject} Node ${version}: supported; imports are hooked ${hooks}`)
}

/** `FROM node:18-alpine`. */
function ofImage([name, text]: readonly [string, string]): Finding[] {
  const [, major] = [...text.matchAll(/^\s*FROM\s+\S*\bnode:(\d+)/gim)].at(-1) ?? []
  if (major === undefined || isFit(`${major}.99.0`)) return []
  return [
    problem(
      `${name} takes node:${major}: not supported, the agent needs ^20.19 or >=22.12`,
      `take a newer image in ${name}: node:22 or later`,
    ),
  ]
}

function isFit(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  if (major === 20) return minor >= 19
  return major === 22 ? minor >= 12 : major > 22
}
