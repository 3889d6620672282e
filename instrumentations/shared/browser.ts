/** True for a call whose command has one of these names, with spaces between them. */
export const isOneOf = (path: string, names: string): string =>
  names
    .split(' ')
    .map((name) => `${path} == '${name}'`)
    .join(' || ')
