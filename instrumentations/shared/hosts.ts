// Node's own, which an application can't have replaced.
import { URL } from 'node:url'
import { textOf } from './kinds.ts'

/** Who serves at a host and at all below it, by OpenTelemetry's names where it has one, else by the product's own. */
const hosts: ReadonlyMap<string, string> = new Map(
  Object.entries({
    'api.openai.com': 'openai',
    'openai.azure.com': 'azure.ai.openai',
    'openai.azure.us': 'azure.ai.openai',
    'openai.azure.cn': 'azure.ai.openai',
    'cognitiveservices.azure.com': 'azure.ai.openai',
    'cognitiveservices.azure.us': 'azure.ai.openai',
    'services.ai.azure.com': 'azure.ai.inference',
    'models.ai.azure.com': 'azure.ai.inference',
    'inference.ai.azure.com': 'azure.ai.inference',
    'inference.ml.azure.com': 'azure.ai.inference',
    'models.github.ai': 'azure.ai.inference',
    'generativelanguage.googleapis.com': 'gcp.gemini',
    'aiplatform.googleapis.com': 'gcp.vertex_ai',
    'api.anthropic.com': 'anthropic',
    'api.cohere.com': 'cohere',
    'api.cohere.ai': 'cohere',
    'mistral.ai': 'mistral_ai',
    'api.groq.com': 'groq',
    'api.deepseek.com': 'deepseek',
    'api.perplexity.ai': 'perplexity',
    'api.x.ai': 'x_ai',
    'api.moonshot.ai': 'moonshot_ai',
    'api.moonshot.cn': 'moonshot_ai',
    'ml.cloud.ibm.com': 'ibm.watsonx.ai',
    'api.together.ai': 'together_ai',
    'api.together.xyz': 'together_ai',
    'api.voyageai.com': 'voyage_ai',
    'ai.mongodb.com': 'voyage_ai',
    'api.jina.ai': 'jina_ai',
    'api.fireworks.ai': 'fireworks_ai',
    'api.replicate.com': 'replicate',
    'huggingface.co': 'huggingface',
    'huggingface.cloud': 'huggingface',
    'openrouter.ai': 'openrouter',
    'api.cerebras.ai': 'cerebras',
    'api.sambanova.ai': 'sambanova',
    'api.deepinfra.com': 'deepinfra',
    'api.hyperbolic.xyz': 'hyperbolic',
    'api.studio.nebius.com': 'nebius',
    'api.studio.nebius.ai': 'nebius',
    'api.novita.ai': 'novita',
    'api.siliconflow.com': 'siliconflow',
    'api.siliconflow.cn': 'siliconflow',
    'api.nvidia.com': 'nvidia',
    'dashscope.aliyuncs.com': 'dashscope',
    'dashscope-intl.aliyuncs.com': 'dashscope',
    'api.z.ai': 'z_ai',
    'open.bigmodel.cn': 'z_ai',
    'api.minimax.io': 'minimax',
    'ai-gateway.vercel.sh': 'vercel',
    'gateway.ai.cloudflare.com': 'cloudflare',
    'api.cloudflare.com': 'cloudflare',
    'ollama.com': 'ollama',
    'localhost:1234': 'lm_studio',
    '127.0.0.1:1234': 'lm_studio',
  }),
)
/** Those that have the place in the middle of a host. */
const patterns: readonly (readonly [RegExp, string])[] = [
  [/(?:^|\.)bedrock[\w-]*\.[\w.-]*(?:amazonaws\.com|amazonaws\.com\.cn|api\.aws)$/, 'aws.bedrock'],
  [/(?:^|\.)runtime\.sagemaker\.[\w.-]*amazonaws\.com(?:\.cn)?$/, 'aws.sagemaker'],
  [/[.-]aiplatform\.googleapis\.com$|(?:^|\.)aiplatform\.[\w-]+\.rep\.googleapis\.com$/, 'gcp.vertex_ai'],
]
/** Every name that `providerAt` may give. */
export const servers: ReadonlySet<string> = new Set([...hosts.values(), ...patterns.map(([, name]) => name)])
const longest = 2048
const known = new Map<string, string | undefined>()

/** The host of an address of the web, with its port; without user and password, which may stand before it. */
export function hostAt(url: unknown): string | undefined {
  const text = textOf(url)
  if (text.length > longest || !/^https?:/i.test(text)) return undefined
  try {
    return new URL(text).host || undefined
  } catch {
    return undefined
  }
}

/** Who serves at a base URL; undefined for a host that is not known, or for what is not a URL. */
export function providerAt(url: unknown): string | undefined {
  const text = textOf(url)
  if (text === '' || text.length > longest) return undefined
  if (known.has(text)) return known.get(text)
  const provider = servingAt(text)
  if (known.size >= 100) known.clear()
  known.set(text, provider)
  return provider
}

function servingAt(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined
  const { protocol, host, hostname, port, pathname } = new URL(text)
  if (protocol !== 'http:' && protocol !== 'https:') return undefined
  const found = below(host) ?? below(hostname) ?? patterns.find(([pattern]) => pattern.test(hostname))?.[1]
  // Whatever the machine is called.
  if (found === undefined && port === '11434') return 'ollama'
  // Azure's newer resources serve OpenAI's models beside all others.
  return found === 'azure.ai.inference' && pathname.startsWith('/openai') ? 'azure.ai.openai' : found
}

/** Of `eu.api.openai.com` that of `api.openai.com`. */
function below(host: string): string | undefined {
  const labels = host.split('.')
  return labels.map((_, i) => labels.slice(i).join('.')).flatMap((name) => hosts.get(name) ?? [])[0]
}
