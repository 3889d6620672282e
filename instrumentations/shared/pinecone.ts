import { scoresIn } from './scores.ts'

/** What is now named in options was the first argument before version 7. */
export const listed = (name: string) => `size(args.0.${name} ?? args.0)`
export const billed_units = 'result.usage.readUnits'
export const search = {
  ...{ top_k: 'args.0.topK', candidates: 'args.0.maxCandidates', filtered: 'is(keys(args.0.filter))' },
  ...{ billed_units, results: 'result.matches.length' },
}
export const inSearch = {
  dimensions: 'dimensions(args.0.scoreBy.0.values)',
  query_len: 'chars(args.0.scoreBy.0.query)',
}
export const near = { ...search, dimensions: 'dimensions(args.0.vector)', ...scoresIn('result.matches', 'score') }
/** The text of a query is embedded by the service, and what is found may be reranked to fewer. */
export const ofText = {
  top_k: 'args.0.rerank.topN ?? args.0.query.topK',
  candidates: 'args.0.rerank && args.0.query.topK',
  filtered: 'is(keys(args.0.query.filter))',
  dimensions: 'dimensions(args.0.query.vector.values)',
  query_len: 'chars(args.0.query.inputs.text)',
  ...{ input_tokens: 'result.usage.embedTotalTokens', billed_units },
  results: 'result.result.hits.length',
  ...scoresIn('result.result.hits', '_score'),
}
/** Its models' inputs and outputs. */
export const inference = {
  model: 'args.0.model ?? args.0',
  batch_size: 'args.0.inputs.length ?? args.0.documents.length ?? size(args.2) ?? args.1.length',
  dimensions: 'result.data.0.values.length',
  query_len: 'args.0.query.length ?? chars(args.1)',
  results: 'result.data.length',
  top_k: 'args.0.topN ?? args.3.topN',
  input_tokens: 'result.usage.totalTokens',
  billed_units: 'result.usage.rerankUnits',
}
