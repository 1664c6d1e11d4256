import type { Json } from '../json.ts';
import { isObject } from '../json.ts';
import type { RequestValidation } from '../model.ts';
import type { Reader } from '../reader.ts';

/**
 * Reads the validation of requests from a REST API's definition: the validators by their names, the
 * required parameters, and the schema of the body, in Swagger 2.0 and OpenAPI 3.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-request-validator.html
 */
export function definitionValidation(
  operation: Reader,
  definition: Reader,
): { readonly validation?: RequestValidation } {
  const name =
    operation.text('x-amazon-apigateway-request-validator') ??
    definition.text('x-amazon-apigateway-request-validator');
  const validator =
    name === undefined
      ? undefined
      : definition.map('x-amazon-apigateway-request-validators')?.map(name);
  if (validator === undefined) return {};
  const parameters = operation.maps('parameters') ?? [];
  const required = (place: string): string[] =>
    validator.boolean('validateRequestParameters') === true
      ? parameters
          .filter((one) => one.text('in') === place && one.boolean('required') === true)
          .flatMap((one) => one.text('name') ?? [])
      : [];
  const models =
    validator.boolean('validateRequestBody') === true ? bodySchemas(operation, definition) : {};
  return { validation: { models, headers: required('header'), querystring: required('query') } };
}

function bodySchemas(operation: Reader, definition: Reader): Record<string, object> {
  const inBody = (operation.maps('parameters') ?? []).find((one) => one.text('in') === 'body');
  const content = operation.map('requestBody')?.map('content');
  const schemas: [string, Json | undefined][] =
    content === undefined
      ? [['application/json', inBody?.value('schema')]]
      : content.names.map((type) => [type.toLowerCase(), content.map(type)?.value('schema')]);
  return Object.fromEntries(
    schemas.flatMap(([type, schema]) =>
      isObject(schema) ? [[type, { ...sharedSchemas(definition), ...schema }]] : [],
    ),
  );
}

/** Gives the schemas that others refer to with `#/definitions/…` or `#/components/schemas/…`. */
function sharedSchemas(definition: Reader): Record<string, Json> {
  const definitions = definition.value('definitions');
  const schemas = definition.map('components')?.value('schemas');
  return {
    ...(definitions !== undefined && { definitions }),
    ...(schemas !== undefined && { components: { schemas } }),
  };
}
