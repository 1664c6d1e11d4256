export { compileJsonPath } from './json-path.ts';
export { JsonPathError } from './json-path-error.ts';
export {
  compileMappingTemplate,
  type MappedPayload,
  type MappingTemplate,
  MappingTemplateError,
} from './mapping-template.ts';
export type { Overrides, TemplateVariables } from './variables.ts';
export { toText } from './velocity/index.ts';
