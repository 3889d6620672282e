import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { providerAt, servers } from '../../../instrumentations/shared/hosts.ts'

describe('who serves at a base URL', () => {
  const known: Readonly<Record<string, string | undefined>> = {
    'https://api.openai.com/v1': 'openai',
    'https://eu.api.openai.com/v1/': 'openai',
    'HTTPS://API.OPENAI.COM:443/v1': 'openai',
    'https://acme.openai.azure.com/openai': 'azure.ai.openai',
    'https://acme.cognitiveservices.azure.com/openai/v1': 'azure.ai.openai',
    'https://acme.services.ai.azure.com/openai/v1': 'azure.ai.openai',
    'https://acme.services.ai.azure.com/models': 'azure.ai.inference',
    'https://models.inference.ai.azure.com': 'azure.ai.inference',
    'https://api.groq.com/openai/v1': 'groq',
    'https://api.together.xyz/v1': 'together_ai',
    'https://api.mistral.ai': 'mistral_ai',
    'https://codestral.mistral.ai': 'mistral_ai',
    'https://api.deepseek.com/anthropic': 'deepseek',
    'https://api.perplexity.ai': 'perplexity',
    'https://api.x.ai/v1': 'x_ai',
    'https://openrouter.ai/api/v1': 'openrouter',
    'https://generativelanguage.googleapis.com/v1beta/openai/': 'gcp.gemini',
    'https://us-central1-aiplatform.googleapis.com/v1': 'gcp.vertex_ai',
    'https://aiplatform.googleapis.com': 'gcp.vertex_ai',
    'https://aiplatform.eu.rep.googleapis.com/v1': 'gcp.vertex_ai',
    'https://api.anthropic.com': 'anthropic',
    'https://bedrock-runtime.us-east-1.amazonaws.com': 'aws.bedrock',
    'https://bedrock-runtime-fips.us-gov-west-1.amazonaws.com/openai/v1': 'aws.bedrock',
    'https://vpce-1.bedrock-runtime.us-east-1.vpce.amazonaws.com': 'aws.bedrock',
    'https://bedrock-mantle.us-east-1.api.aws/openai/v1': 'aws.bedrock',
    'https://runtime.sagemaker.us-east-1.amazonaws.com/endpoints/x': 'aws.sagemaker',
    'https://router.huggingface.co/v1': 'huggingface',
    'https://abc.us-east-1.aws.endpoints.huggingface.cloud/v1': 'huggingface',
    'https://us-south.ml.cloud.ibm.com': 'ibm.watsonx.ai',
    'https://integrate.api.nvidia.com/v1': 'nvidia',
    'http://localhost:11434/v1': 'ollama',
    'http://ollama:11434/v1': 'ollama',
    'http://[::1]:11434': 'ollama',
    'http://localhost:1234/v1': 'lm_studio',
    'https://user:private@api.groq.com/openai/v1?token=private': 'groq',
    // Not known, or no URL.
    'http://localhost:8000/v1': undefined,
    'https://gateway.example/api.openai.com': undefined,
    'https://api.openai.com.example/v1': undefined,
    'https://myapi.openai.com': undefined,
    'https://notopenrouter.ai': undefined,
    'https://bedrock.example': undefined,
    'https://constructor': undefined,
    'https://__proto__': undefined,
    'file:///api.openai.com': undefined,
    'api.openai.com': undefined,
    '': undefined,
    [`https://api.openai.com/${'x'.repeat(3000)}`]: undefined,
  }
  for (const [url, provider] of Object.entries(known))
    it(`${url.slice(0, 80)}: ${provider}`, () => {
      assert.equal(providerAt(url), provider)
      assert.equal(providerAt(url), provider, 'again')
      if (provider !== undefined) assert.ok(servers.has(provider))
    })

  it('is told of a text alone', () => {
    for (const value of [undefined, null, 1, {}, [], new URL('https://api.openai.com'), Promise.resolve('')])
      assert.equal(providerAt(value), undefined)
  })

  it('comes out the same however many were asked for before', () => {
    for (let i = 0; i < 500; i++) assert.equal(providerAt(`https://h${i}.api.groq.com`), 'groq')
    assert.equal(providerAt('https://h0.api.groq.com'), 'groq')
  })
})
