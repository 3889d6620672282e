/** `withRawResponse()` gives the same one level deeper. */
export const reply = (path: string) => `(result.data ?? result).${path}`
type Of = (path: string) => string
const itself: Of = (path) => path

/** What the service bills is all that some calls tell. */
export const usage = (at: string, of = itself) => ({
  input_tokens: `${of(`${at}.tokens.inputTokens`)} ?? ${of(`${at}.billedUnits.inputTokens`)}`,
  output_tokens: `${of(`${at}.tokens.outputTokens`)} ?? ${of(`${at}.billedUnits.outputTokens`)}`,
  cached_tokens: of(`${at}.cachedTokens`),
})

const [texts, images] = ['inputTokens', 'imageTokens'].map((all) => reply(`meta.billedUnits.${all}`))
/** Texts and images are billed apart. */
export const read = `${texts} + ${images} ?? ${texts} ?? ${images}`

const failures = ['ERROR', 'TIMEOUT']
/** Why it stopped; two of the reasons are failures of the service. */
export const finish = (at: string, of = itself) => ({
  metadata: { finish_reason: of(at) },
  failed: failures.map((reason) => `${of(at)} == '${reason}'`).join(' || '),
})

const types = ['', '.float', '.int8', '.uint8', '.binary', '.ubinary', '.base64']
/** One list of vectors, or one for each type that was asked for; those of bits hold eight numbers in one. */
export const vectors = {
  results: types.map((type) => `size(${reply(`embeddings${type}`)})`).join(' ?? '),
  dimensions: types
    .slice(0, 4)
    .map((type) => `size(${reply(`embeddings${type}.0`)})`)
    .join(' ?? '),
}
