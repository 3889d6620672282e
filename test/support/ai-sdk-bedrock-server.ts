import { answerAsBedrock, whole } from './bedrock-server.ts'
import { type Loopback, listen } from './openai-server.ts'

/** The same as Bedrock and its agents' `rerank`, by HTTP 1, which `fetch` speaks. */
export const aiSdkBedrockServer = (): Promise<Loopback> =>
  listen((request, text, response) => {
    const path = request.url?.split('?')[0]?.split('/').slice(1).map(decodeURIComponent) ?? []
    const body = JSON.parse(text || '{}')
    if (path[0] !== 'rerank') return void answerAsBedrock(path, body, response)
    const { numberOfResults } = body.rerankingConfiguration.bedrockRerankingConfiguration
    const results = body.sources.map((_: unknown, index: number) => ({ index, relevanceScore: 1 / (1 + index) }))
    whole(response, { results: results.slice(0, numberOfResults) })
  })
