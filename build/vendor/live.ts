export { parse as parseAst } from 'acorn'
export { parse as lex } from 'es-module-lexer'
