import { Validator } from '@cfworker/json-schema';
import type { RequestValidation } from '../../template/index.ts';
import { selectKey } from './selection-expression.ts';

/** Tells whether a body matches a model. A body that is not JSON does not match. */
export type BodyCheck = (body: string) => boolean;

/**
 * Compiles a model, which is a JSON schema (draft 4).
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/models-mappings-models.html
 */
function compileModel(schema: object): BodyCheck {
  const validator = new Validator(schema, '4');
  return (body) => {
    try {
      return validator.validate(JSON.parse(body)).valid;
    } catch (error) {
      if (error instanceof SyntaxError) return false;
      throw error;
    }
  };
}

/**
 * Compiles the models of a route.
 *
 * @returns a function that tells whether a body is valid. A body without a model is valid in a REST
 * API and invalid in a WebSocket API
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/websocket-api-request-validation.html
 */
export function compileModels(
  { models, modelSelection }: RequestValidation,
  kind: 'rest' | 'websocket',
): (body: string, contentType?: string) => boolean {
  const checks = Object.create(null) as Record<string, BodyCheck>;
  for (const [key, schema] of Object.entries(models)) checks[key] = compileModel(schema);
  return (body, contentType = 'application/json') => {
    const check =
      kind === 'websocket'
        ? selectKey(checks, modelSelection, { requestBody: body })
        : checks[contentType.split(';', 1)[0]?.trim().toLowerCase() ?? ''];
    return check === undefined ? kind === 'rest' : check(body);
  };
}
