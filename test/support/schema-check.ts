/** What of JSON Schema schema.json and SARIF's use. */
interface Schema {
  readonly $ref?: string
  readonly type?: string
  readonly enum?: readonly unknown[]
  readonly anyOf?: readonly Schema[]
  readonly allOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly additionalProperties?: boolean | Schema
  readonly patternProperties?: Readonly<Record<string, Schema>>
  readonly dependencies?: Readonly<Record<string, readonly string[]>>
  readonly required?: readonly string[]
  readonly items?: Schema
  readonly minItems?: number
  readonly uniqueItems?: boolean
  readonly format?: string
  readonly minProperties?: number
  readonly minLength?: number
  readonly pattern?: string
  readonly minimum?: number
  readonly maximum?: number
  readonly definitions?: Readonly<Record<string, Schema>>
}
const understood = new Set(
  (
    '$schema id title description default definitions $ref type enum anyOf allOf oneOf properties additionalProperties patternProperties ' +
    'dependencies required items minItems uniqueItems format minProperties minLength pattern minimum maximum'
  ).split(' '),
)

/** The paths of a value that break the schema; throws on a keyword that it does not understand. */
export function broken(value: unknown, schema: Schema, root: Schema = schema, path = ''): string[] {
  for (const key of Object.keys(schema)) if (!understood.has(key)) throw new Error(`${key} is not understood`)
  const inner = (one: unknown, by: Schema, key: string | number) => broken(one, by, root, `${path}/${key}`)
  const fits = (by: Schema) => broken(value, by, root, path).length === 0
  const wrong = (isWrong: boolean) => (isWrong ? [path || '/'] : [])

  if (schema.$ref !== undefined) {
    const target = root.definitions?.[schema.$ref.replace('#/definitions/', '')]
    if (target === undefined) throw new Error(`${schema.$ref} is not defined`)
    return broken(value, target, root, path)
  }
  if (schema.type !== undefined && !isType(value, schema.type)) return [path || '/']
  return [
    ...wrong(schema.enum?.includes(value) === false),
    ...wrong(schema.anyOf?.some(fits) === false),
    ...wrong(schema.allOf?.every(fits) === false),
    ...wrong(schema.oneOf !== undefined && schema.oneOf.filter(fits).length !== 1),
    ...(typeof value === 'number'
      ? wrong(value < (schema.minimum ?? -Infinity) || value > (schema.maximum ?? Infinity))
      : []),
    ...(typeof value === 'string'
      ? wrong(
          !hasFormat(value, schema.format) ||
            value.length < (schema.minLength ?? 0) ||
            !new RegExp(schema.pattern ?? '').test(value),
        )
      : []),
    ...(Array.isArray(value)
      ? [
          ...wrong(value.length < (schema.minItems ?? 0)),
          ...wrong(schema.uniqueItems === true && new Set(value.map((one) => JSON.stringify(one))).size < value.length),
          ...value.flatMap((one, i) => (schema.items ? inner(one, schema.items, i) : [])),
        ]
      : []),
    ...(isType(value, 'object') ? ofObject(value as Record<string, unknown>) : []),
  ]

  function ofObject(object: Record<string, unknown>): string[] {
    const { properties = {}, patternProperties = {}, additionalProperties: others = true } = schema
    const { required = [], dependencies = {} } = schema
    const needed = Object.entries(dependencies).flatMap(([key, those]) => (Object.hasOwn(object, key) ? those : []))
    const byPattern = (key: string) =>
      Object.entries(patternProperties).find(([pattern]) => new RegExp(pattern).test(key))?.[1]
    return [
      ...wrong(Object.keys(object).length < (schema.minProperties ?? 0)),
      ...[...required, ...needed].filter((key) => !Object.hasOwn(object, key)).map((key) => `${path}/${key}`),
      ...Object.entries(object).flatMap(([key, one]) => {
        const by = Object.hasOwn(properties, key) ? properties[key] : (byPattern(key) ?? others)
        if (by === true || by === undefined) return []
        return by === false ? [`${path}/${key}`] : inner(one, by, key)
      }),
    ]
  }
}

function hasFormat(text: string, format: string | undefined): boolean {
  if (format === 'uri') return URL.canParse(text)
  if (format === 'uri-reference') return !/[\s\\]/.test(text) && URL.canParse(text, 'file:///')
  return format !== 'date-time' || !Number.isNaN(Date.parse(text))
}

function isType(value: unknown, type: string): boolean {
  if (type === 'array') return Array.isArray(value)
  if (type === 'object') return typeof value === 'object' && value !== null && !Array.isArray(value)
  if (type === 'null') return value === null
  return type === 'integer' ? Number.isInteger(value) : typeof value === type
}
