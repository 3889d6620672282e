export { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument, visit } from 'yaml'
