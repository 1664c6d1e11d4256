export type { Body } from './ast.ts';
export { TemplateLimitError, TemplateSyntaxError } from './errors.ts';
export { evaluateTemplate } from './evaluate.ts';
export { parseTemplate } from './parse.ts';
export { fromJson, HostObject, toJson, toText, type Value } from './values.ts';
