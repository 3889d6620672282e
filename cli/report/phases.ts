/** The parts of a call's time, in their usual order, as every form of the report calls them. */
export const phases = [
  ['connect_ms', 'waiting for a connection'],
  ['first_byte_ms', 'time to first byte'],
  ['retry_ms', 'between tries'],
  ['read_ms', 'reading the answer'],
  ['decode_ms', 'from the last byte to the end of the call'],
] as const

/** What the process did meanwhile, which is in those parts. */
export const meanwhile = [
  ['blocked_ms', 'event loop busy'],
  ['stall_ms', 'event loop stalled'],
  ['gc_ms', 'garbage collection'],
  ['starved_ms', 'without a processor'],
] as const
