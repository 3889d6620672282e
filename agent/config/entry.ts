import { waitKinds } from '../model/method.ts'
import { ends } from './ends.ts'
import {
  atPath,
  line,
  list,
  map,
  methods,
  path,
  pathStart,
  paths,
  pathsOf,
  range,
  scalar,
  scopeWord,
  word,
  words,
} from './entry-field.ts'
import { manages } from './manages.ts'
import { boolean, choice, type Field } from './option.ts'

/** The keys of a map, which of them must be there, and what each holds. */
export type Shape = Readonly<Record<string, Field<unknown> & { readonly required?: boolean }>>

const bindsPattern = '^(functions|args\\.[0-9]+)$'

const observe = choice(
  'beside',
  ['chain', 'beside'],
  'How a native promise is observed. `chain`: each call makes one of its own, which nothing else handles or keeps; the caller gets one that is chained to it, and Node reports one that nobody handles. `beside`: the caller gets the very promise, which others may share, and Node does not report its rejection. By default `chain` for an `async` function, `beside` for any other.',
)

/** An entry of `instrumentations:`, the same as a library's built-in file. */
export const entryShape = {
  name: { ...word('What `targets` calls it, and the `library` of its records.'), required: true },
  module: {
    ...line('What the application imports: a package, or a file as a path relative to the configuration file.'),
    required: true,
  },
  file: line('A file inside the package, without extension, where the entry does not export what is meant.'),
  versions: range('The versions of the package to profile; absent means all.'),
  target: { ...word('The first half of the scope name, and what `targets` matches.'), required: true },
  framework: boolean(
    false,
    'True where its calls hold calls of other libraries, of the same scope, which tell of the same tokens: these count. See "Tokens count once" in libraries.md.',
  ),
  outermost: boolean(
    false,
    'True where its methods call each other, also after they have awaited: what one of them calls is a part of it, whatever its scope, and no record of its own.',
  ),
  observe,
  methods: list('The functions to profile, and those in which work waits. Needed where there are no `classes`.'),
  classes: list('Methods by the class that has them, with what they share.'),
} satisfies Shape

/** One of an entry's `methods`. */
export const methodShape = {
  at: atPath('The way from the exports to the function; see "The words of `at`".'),
  channel: line('A tracing channel that the library publishes itself, instead of `at`.'),
  joins: pathsOf(
    ['id', 'stream'],
    'Of a channel: another message, once it has ended, has at `stream` a stream that belongs to the call under way whose own message has the same `id`, as `args.0.event.callId`; `chunk` reads it.',
  ),
  scope: {
    ...scopeWord(
      'The second half of the scope name: `search` gives `vector_store.search`. Or all of it, `llm.generate`, which counts before `target`.',
    ),
    required: true,
  },
  target: word("Where it differs from the entry's."),
  file: line("Where it differs from the entry's."),
  versions: range("The versions that have this function; absent means all that the entry's allow."),
  metadata: paths(
    'What to keep of a call, by path; see "The words of metadata". Strings are kept: name no texts or keys.',
  ),
  chunk: paths(
    'For a streamed result: what to keep of its chunks, by path, such as `chunk.usage.tokens`; the last that has it counts, or with `sum(chunk.usage.tokens)` all of them together.',
  ),
  when: words(
    'Profile only the calls of which this is true, as `has(args.0.vector)`; the first of the same `at` that fits counts.',
  ),
  token: words(
    'Which chunks of a streamed result hold a piece of the answer, as `has(chunk.delta)`; the first gives `time_to_first_token_ms`.',
  ),
  counted: words('Which chunks of a streamed result are counted and timed, as `has(chunk.row)`; absent means all.'),
  failed: words(
    'How a result that is returned says that the call failed: its error, name or number, as `result.error`; also read from each chunk where it names one.',
  ),
  inputs: path(
    'What is embedded, by path: a text, a list of texts, or tokens, as `args.0.input`. Read only with `find_repeats`, hashed, and kept nowhere.',
  ),
  vectors: path(
    'The vectors of the call, by path, where `dimensions` in its metadata does not lead to them: one, a list of them, or of objects that have some. Read only with `check_vectors`.',
  ),
  ends: ends(
    'How a call ends, where its result does not tell; of several in a list, the first that fits. See "How a call ends".',
  ),
  known: choice(
    'this',
    ['this', 'args.0', 'args.1'],
    'What functions with `wait` know the call by: its object, or one that it is passed.',
  ),
  waits: boolean(false, 'Whether it waits for a connection from its begin, until one of them knows that it has one.'),
  wait: choice(
    'acquire',
    waitKinds,
    'Not profiled: the function is called while a call waits for a connection. See "Waiting for a connection".',
  ),
  pool: words(
    'With `wait`: the most connections that the pool may have, as `this.options.max`; a call that has waited has it as `pool_size`.',
  ),
  part: boolean(
    false,
    'In an entry with `framework: true`: called within another of its methods that has the same scope, it is a part of that call, and no other.',
  ),
  observe,
  settles: methods('Earlier for `ends` of the kinds `thenable` and `stream`; `[]` for `return`.'),
  callback: choice('last', ['last', 'then'], 'Earlier for `ends` of the kinds `callback` and `then`.'),
} satisfies Shape

/** One of an entry's `methods` that is not profiled: it keeps work for later. */
export const queueShape = {
  at: { ...methodShape.at, required: true },
  binds: {
    ...scalar(
      'With `requests: true`: what it is given to run later runs in the request that gave it. `args.0` is its first argument, `functions` each that is a function.',
      'functions, or an argument such as args.0',
      (value) => new RegExp(bindsPattern).test(value),
      { type: 'string', pattern: bindsPattern },
    ),
    required: true,
  },
  file: methodShape.file,
  versions: methodShape.versions,
} satisfies Shape

const { at, channel, joins, file, settles, callback, ...ofMember } = methodShape
const scope = { ...methodShape.scope, required: false }

/** One of an entry's `classes`; what its methods share stands beside them. */
export const classShape = {
  at: pathStart('What has the methods, as `Store.prototype`; absent for the exports themselves.'),
  file,
  ...ofMember,
  scope,
  methods: map(
    'The functions to profile, by name, or by several names with spaces between; a list where calls of one have different scopes. A text is a scope, and nothing besides.',
  ),
  manages: manages(
    'Functions of the scope `manage`, by names with spaces between: what each does, its `operation`, is its name, `createIndex` as `create_index`. Or a map of names to operations.',
  ),
} satisfies Shape

/** One of a class's `methods`. */
export const memberShape = { ...ofMember, scope } satisfies Shape
