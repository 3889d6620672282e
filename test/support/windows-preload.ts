import { pretend } from './windows.ts'

pretend()
