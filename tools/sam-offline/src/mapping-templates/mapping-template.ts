import { SamOfflineError } from '../sam-offline-error.ts';
import { JsonPathError } from './json-path.ts';
import { type Overrides, type TemplateVariables, templateVariables } from './variables.ts';
import {
  evaluateTemplate,
  parseTemplate,
  TemplateLimitError,
  TemplateSyntaxError,
} from './velocity/index.ts';

/** A mapping template that cannot be evaluated with this payload, or with any. API Gateway responds with a 500. */
export class MappingTemplateError extends SamOfflineError {
  override readonly name = 'MappingTemplateError';
}

export interface MappedPayload {
  readonly body: string;
  readonly overrides: Overrides;
}

/** A compiled mapping template. @throws MappingTemplateError */
export type MappingTemplate = (variables: TemplateVariables) => MappedPayload;

/** Compiles a mapping template when it is first evaluated. A fault in it is one of each request, as on AWS. */
export function compileMappingTemplate(text: string): MappingTemplate {
  let body: ReturnType<typeof parseTemplate> | undefined;
  return (given) => {
    const { variables, overrides } = templateVariables(given);
    try {
      body ??= parseTemplate(text);
      return { body: evaluateTemplate(body, variables), overrides: overrides() };
    } catch (error) {
      const isOfTemplate =
        error instanceof TemplateSyntaxError ||
        error instanceof TemplateLimitError ||
        error instanceof JsonPathError ||
        // Of `$util.parseJson`, `$util.urlDecode` and regular expressions.
        error instanceof SyntaxError ||
        error instanceof URIError ||
        error instanceof RangeError;
      if (!isOfTemplate) throw error;
      throw new MappingTemplateError(`mapping template: ${error.message}`);
    }
  };
}
