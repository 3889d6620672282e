import { agentVersion } from '../../agent/chunk.ts'
import { kinds } from './kinds.ts'
import { type Finding, type FindingKind, findingKinds, type Report } from './model.ts'
import { placeIn, uriOf } from './places.ts'
import { shareText } from './recommendations.ts'

const schema = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json'
/** A quarter of the time of requests is worth to be stopped for. */
const largeShare = 0.25

/**
 * The findings as SARIF 2.1.0, for code scanning. One whose place in the code is not known stands at the file that is named
 * for it, such as the configuration: code scanning takes none without a place.
 */
export function sarifOf({ findings }: Report, cwd: string, elsewhere: string | undefined): object {
  return {
    $schema: schema,
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            ...{ name: 'crossbridge', fullName: '@crossbridge/agent report', version: agentVersion() },
            rules: findingKinds.map(ruleOf),
          },
        },
        automationDetails: { id: 'crossbridge/' },
        invocations: [{ executionSuccessful: true }],
        columnKind: 'utf16CodeUnits',
        results: findings.map((finding) => resultOf(finding, cwd, elsewhere)),
      },
    ],
  }
}

function ruleOf(kind: FindingKind): object {
  const { seen, change } = kinds[kind]
  return {
    id: kind,
    name: kind.replace(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase()),
    shortDescription: { text: seen },
    fullDescription: { text: `${seen} ${change}` },
    help: {
      text: `${seen}\nChange: ${change}\nSee docs/findings.md of @crossbridge/agent.`,
      markdown: `${seen}\n\n**Change:** ${change}\n\nSee \`docs/findings.md\` of \`@crossbridge/agent\`.`,
    },
    defaultConfiguration: { level: 'warning' },
    properties: { tags: ['performance'] },
  }
}

function resultOf(finding: Finding, cwd: string, elsewhere: string | undefined): object {
  const { kind, signature, title, evidence, advice, saves, share, confidence, requests, calls, library } = finding
  const said = [shareText(finding), ...evidence].map((line) => `${line}.`).join(' ')
  return {
    ruleId: kind,
    ruleIndex: findingKinds.indexOf(kind),
    level: levelOf(finding),
    rank: Math.round(share * 1000) / 10,
    message: { text: `${title} ${said}\nChange: ${advice}\nGain: ${saves}.` },
    locations: [locationOf(finding, cwd, elsewhere)],
    // The first is what code scanning tells alerts apart by; a line of code moves, a signature does not.
    partialFingerprints: { primaryLocationLineHash: signature, 'crossbridgeSignature/v1': signature },
    properties: { confidence, share, share_of: finding.share_of, requests, calls, library, signature },
  }
}

/** What the records say for certain, and what takes much of the time, weighs most. */
function levelOf({ confidence, share }: Finding): 'error' | 'warning' | 'note' {
  const isDirect = confidence === 'direct'
  if (isDirect && share >= largeShare) return 'error'
  return isDirect || share >= largeShare ? 'warning' : 'note'
}

/** The function that a profile shows, or the one that made the call. */
function locationOf({ name, function: hottest, caller }: Finding, cwd: string, elsewhere: string | undefined): object {
  const [place] = [hottest, caller].flatMap((text) => {
    const found = placeIn(text)
    const uri = found && uriOf(found.file, cwd)
    return uri === undefined ? [] : [{ name: found?.name ?? '', uri, line: found?.line ?? 1 }]
  })
  const uri = place?.uri ?? (elsewhere === undefined ? undefined : uriOf(elsewhere, cwd))
  return {
    ...(uri !== undefined && {
      physicalLocation: {
        artifactLocation: { uri, uriBaseId: '%SRCROOT%' },
        region: { startLine: place?.line ?? 1 },
      },
    }),
    logicalLocations: [{ fullyQualifiedName: place?.name ?? name, kind: 'function' }],
  }
}
