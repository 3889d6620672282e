import { type Interrupt, listenForSignals } from '../../interrupt.ts'
import { abandon } from './bench-run.ts'

/** The first signal ends what runs and keeps what is done; the second ends this process at once. */
export const listen = (tell: (text: string) => void): Interrupt =>
  listenForSignals(() => tell('interrupted: what is done is kept and shown; once more leaves at once'), abandon)
