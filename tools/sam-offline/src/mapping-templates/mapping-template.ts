import { SamOfflineError } from '../sam-offline-error.ts';
import { JsonPathError } from './json-path-error.ts';
import { type Overrides, type TemplateVariables, templateVariables } from './variables.ts';
import {
  evaluateTemplate,
  parseTemplate,
  TemplateLimitError,
  TemplateSyntaxError,
} from './velocity/index.ts';

/**
 * A mapping template cannot be evaluated, with this payload or with any payload. API Gateway
 * responds with a 500.
 */
export class MappingTemplateError extends SamOfflineError {
  override readonly name = 'MappingTemplateError';
}

/** The result of a mapping template. */
export interface MappedPayload {
  readonly body: string;
  readonly overrides: Overrides;
}

/**
 * A compiled mapping template.
 * @throws MappingTemplateError if it cannot be evaluated
 */
export type MappingTemplate = (variables: TemplateVariables) => MappedPayload;

/**
 * Makes a mapping template, which is parsed when it is first evaluated. As on AWS, a syntax error
 * is reported for each request, not at the start.
 */
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
        // These come from `$util.parseJson`, `$util.urlDecode` and regular expressions.
        error instanceof SyntaxError ||
        error instanceof URIError ||
        error instanceof RangeError;
      if (!isOfTemplate) throw error;
      throw new MappingTemplateError(`mapping template: ${error.message}`);
    }
  };
}
