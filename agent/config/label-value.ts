const longest = 64

/** A label's value as records and metrics may carry it, whoever sent it; undefined for an empty one. */
export const labelValue = (text: string): string | undefined =>
  text.slice(0, longest).replace(/[^A-Za-z0-9_.:/-]/g, '_') || undefined
