// Plays what the service would find in its network: a hosted embeddings API and a Postgres with pgvector.
import { listenOpenai } from './openai.mjs'
import { listenPostgres } from './postgres.mjs'

// Ctrl-C reaches the whole group: stay until the service is through with us.
process.on('SIGINT', () => {})
process.on('disconnect', () => process.exit(0))

const [openai, postgres] = await Promise.all([listenOpenai(), listenPostgres()])
process.send({ OPENAI_BASE_URL: openai, DATABASE_URL: postgres })
