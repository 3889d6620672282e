/** Milliseconds as a person reads them: `0.42 ms`, `820 ms`, `2.1 s`, `4 min 12 s`. */
export function ms(value: number): string {
  if (value < 0.995) return `${trim(value.toFixed(2))} ms`
  if (value < 9.95) return `${trim(value.toFixed(1))} ms`
  if (value < 999.5) return `${value.toFixed(0)} ms`
  if (value < 59_950) return `${trim((value / 1000).toFixed(1))} s`
  const seconds = Math.round(value / 1000)
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return pair(minutes, 'min', seconds % 60, 's')
  const hours = Math.floor(minutes / 60)
  if (hours < 48) return pair(hours, 'h', minutes % 60, 'min')
  return pair(Math.floor(hours / 24), 'd', hours % 24, 'h')
}

/** A number of things: `1,240`, and from a million on `1.2 M`. */
export function count(value: number): string {
  if (value < 999_999.5) return Math.round(value).toLocaleString('en')
  if (value < 999_950_000) return `${trim((value / 1e6).toFixed(1))} M`
  return `${trim((value / 1e9).toFixed(1))} G`
}

/** A share from 0 to 1: `61 %`, `4.2 %`. */
export function percent(share: number): string {
  const value = share * 100
  if (value > 0 && value < 0.05) return '< 0.1 %'
  return `${value < 9.95 ? trim(value.toFixed(1)) : value.toFixed(0)} %`
}

/** `1 call`, `2 calls`. */
export const counted = (value: number, one: string, many = `${one}s`): string =>
  `${count(value)} ${Math.round(value) === 1 ? one : many}`

const trim = (digits: string) => (digits.includes('.') ? digits.replace(/\.?0+$/, '') : digits)

const pair = (much: number, unit: string, less: number, small: string) =>
  less === 0 ? `${much} ${unit}` : `${much} ${unit} ${less} ${small}`
