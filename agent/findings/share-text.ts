import { percent } from '../format.ts'
import type { Finding } from './model.ts'

/** `62 % of the time of requests`, and how sure that is. */
export function shareText({ share, share_of, confidence }: Pick<Finding, 'share' | 'share_of' | 'confidence'>): string {
  const of = share_of === 'request_time' ? 'of the time of requests' : 'of the requests'
  return `${percent(share)} ${of}${confidence === 'heuristic' ? ', concluded from these figures' : ''}`
}
