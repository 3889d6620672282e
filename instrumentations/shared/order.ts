/**
 * Whether a reranking has changed anything, by the places that its results had before. To order fewer than two documents
 * says nothing: then the second is not there, and neither is this.
 */
export const orderKept = (documents: string, places: string) => ({
  order_kept: `(${documents}).1 && unmoved(${places})`,
})

/** What a reranking is asked, in the words of most services, and what is read of its answer. */
export const reranked = (of: { readonly top_k: string; readonly results: string; readonly places: string }) => ({
  batch_size: 'args.0.documents.length',
  query_len: 'args.0.query.length',
  top_k: of.top_k,
  results: of.results,
  ...orderKept('args.0.documents', of.places),
})
