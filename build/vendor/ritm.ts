export { Hook } from 'require-in-the-middle'
