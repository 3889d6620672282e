import { visible } from '../diagnostics.ts'
import { percent } from '../format.ts'
import type { ProfileRecord } from '../model.ts'
import { numberIn } from './scopes.ts'

/** What ran while a call was under way, as its record has it. */
export type Hot = NonNullable<ProfileRecord['hot']>

const mostFrames = 5
const longest = 200
const leastShare = 0.005

/** The profile and the functions that a record names, as far as they are what the agent writes. */
export function hotIn(record: ProfileRecord): { hot?: Hot; profile?: string } {
  const { hot, profile } = record as { hot?: unknown; profile?: unknown }
  const made = hotOf(hot)
  return { ...(made !== undefined && { hot: made }), ...(isProfile(profile) && { profile }) }
}

/** A name in the folder of profiles, and nothing that leads out of it. */
const isProfile = (value: unknown): value is string =>
  typeof value === 'string' && /^[\w-][\w.-]{0,120}\.cpuprofile$/.test(value)

function hotOf(value: unknown): Hot | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const { frames, gc, program, idle, samples } = value as Record<string, unknown>
  if (!Array.isArray(frames)) return undefined
  const made = frames.slice(0, mostFrames).flatMap((frame: unknown): Hot['frames'][number][] => {
    const { function: name, at, line, share } = (frame ?? {}) as Record<string, unknown>
    if (typeof name !== 'string' || typeof at !== 'string') return []
    return [
      {
        ...{ function: visible(name.slice(0, longest)), at: visible(at.slice(0, longest)) },
        ...(isLine(line) && { line }),
        share: shareOf(share),
      },
    ]
  })
  return {
    frames: made,
    gc: shareOf(gc),
    program: shareOf(program),
    idle: shareOf(idle),
    samples: numberIn({ samples }, 'samples'),
  }
}

const shareOf = (value: unknown) => (typeof value === 'number' && value >= 0 ? Math.min(1, value) : 0)

const isLine = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) > 0

/** The function, and the line that it was in most where that is another than the one in which it begins. */
const placeOf = ({ function: name, at, line }: Hot['frames'][number]) =>
  `${name} ${at}${line === undefined || at.endsWith(`:${line}`) ? '' : ` (line ${line})`}`.trim()

/** `rank src/rank.js:12 (line 15) 71 %, garbage collection 12 %; the event loop waited for 40 % of the time`. */
export function hotWords({ frames, gc, program, idle }: Hot): string {
  const parts = [
    ...frames.map((frame) => [placeOf(frame), frame.share] as const),
    ['garbage collection', gc] as const,
    ['(program)', program] as const,
  ]
  const words = parts.flatMap(([name, share]) => (share >= leastShare ? [`${name} ${percent(share)}`] : []))
  const waited = idle >= leastShare ? `; the event loop waited for ${percent(idle)} of the time` : ''
  return `${words.join(', ') || 'nothing'}${waited}`
}
