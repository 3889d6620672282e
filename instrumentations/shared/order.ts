/**
 * Whether a reranking has changed anything, by the places that its results had before. To order fewer than two documents
 * says nothing: then the second is not there, and neither is this.
 */
export const orderKept = (documents: string, places: string) => ({
  order_kept: `(${documents}).1 && unmoved(${places})`,
})
