import { Document } from '@langchain/core/documents'
import { BaseRetriever } from '@langchain/core/retrievers'
import { embed } from './embeddings.mjs'

class SectionRetriever extends BaseRetriever {
  lc_namespace = ['search-service']

  constructor(store, k) {
    super()
    this.store = store
    this.k = k
  }

  async _getRelevantDocuments(query) {
    const [vector] = await embed([query])
    const rows = await this.store.nearest(vector, this.k)
    return rows.map(({ source, title, text }) => new Document({ pageContent: text, metadata: { source, title } }))
  }
}

/** Finds sections through a LangChain retriever, in the store of that name. */
export class Search {
  constructor(stores) {
    this.stores = stores
  }

  async find(query, store, k) {
    const documents = await new SectionRetriever(this.stores[store], k).invoke(query)
    return documents.map(({ pageContent, metadata }) => ({ ...metadata, text: pageContent }))
  }
}
