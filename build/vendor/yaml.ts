export { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument } from 'yaml'
