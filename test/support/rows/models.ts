import { huggingfaceServer } from '../huggingface-server.ts'
import { mistralServer } from '../mistral-server.ts'
import { ollamaServer } from '../ollama-server.ts'
import { replicateServer } from '../replicate-server.ts'
import { embedded, refused, written } from './openai-facts.ts'
import { asked, type Family, texts } from './row.ts'

/** What answers much as OpenAI does. */
export const models: Family = {
  mistral: {
    server: mistralServer,
    imports: [['{ Mistral }', '@mistralai/mistralai']],
    setUp: `const client = new Mistral({ apiKey: 'k', serverURL: url, retryConfig: { strategy: 'none' } })`,
    rows: [
      ['embedding_provider.embed', `client.embeddings.create({ model: 'small', inputs: ${texts} })`, embedded],
      ['llm.generate', `client.chat.complete({ model: 'cached', ${asked} })`, written],
      ['llm.generate', `client.chat.complete({ model: 'fail', ${asked} })`, refused],
    ],
  },
  ollama: {
    server: ollamaServer,
    imports: [['{ Ollama }', 'ollama']],
    setUp: 'const client = new Ollama({ host: url })',
    rows: [
      [
        'embedding_provider.embed',
        `client.embed({ model: 'nomic', input: ${texts} })`,
        ({ sent, answered }) => ({
          model: sent.model,
          batch_size: sent.input.length,
          results: answered.embeddings.length,
          dimensions: answered.embeddings[0].length,
          input_tokens: answered.prompt_eval_count,
        }),
      ],
      [
        'llm.generate',
        `client.chat({ model: 'llama', ${asked} })`,
        ({ sent, answered }) => ({
          model: sent.model,
          input_tokens: answered.prompt_eval_count,
          output_tokens: answered.eval_count,
          finish_reason: answered.done_reason,
        }),
      ],
      ['llm.generate', `client.chat({ model: 'fail', ${asked} })`, refused],
    ],
  },
  huggingface: {
    server: huggingfaceServer,
    imports: [['{ InferenceClient }', '@huggingface/inference']],
    setUp: `const client = new InferenceClient('k', { endpointUrl: url })`,
    rows: [
      [
        'embedding_provider.embed',
        `client.featureExtraction({ model: 'bge', inputs: ${texts} })`,
        ({ sent, answered }) => ({
          batch_size: sent.inputs.length,
          results: answered.length,
          dimensions: answered[0].length,
        }),
      ],
      ['llm.generate', `client.chatCompletion({ model: 'llama', ${asked} })`, written],
      [
        'embedding_provider.embed',
        `client.featureExtraction({ model: 'bge', inputs: 'private failure' })`,
        // The error of 3 has no number.
        '{}',
      ],
    ],
  },
  replicate: {
    server: replicateServer,
    imports: [['Replicate', 'replicate']],
    setUp: `const client = new Replicate({ auth: 'k', baseUrl: url })`,
    rows: [
      [
        'embedding_provider.embed',
        `client.run('owner/embed', { input: { texts: JSON.stringify(${texts}) } })`,
        ({ answered }) => ({ results: answered.output.length, dimensions: answered.output[0].length }),
      ],
      [
        'llm.generate',
        `client.predictions.create({ model: 'owner/chat', input: { prompt: 'private' }, wait: true })`,
        ({ path, answered: { metrics } }) => ({
          model: path.split('/').slice(2, 4).join('/'),
          input_tokens: metrics.input_token_count,
          output_tokens: metrics.output_token_count,
        }),
      ],
      [
        'llm.generate',
        `client.predictions.create({ model: 'owner/chat', input: { prompt: 'private failure' }, wait: true })`,
        ({ status }) => ({ status }),
      ],
    ],
  },
}
