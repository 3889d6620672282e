export { spawn } from 'cross-spawn'
