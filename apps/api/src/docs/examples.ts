import { at, isRecord } from './json.ts';
import type { Json } from './json.ts';

/**
 * Gives every JSON body of an OpenAPI document an example, made from the examples of its schema's
 * properties. So every body has an example, which matches the schema.
 */
export function addExamples<Document extends object>(document: Document): Document {
  const schemas = at(document, 'components', 'schemas');
  visitMediaTypes(document, (mediaType) => {
    if (mediaType.example !== undefined || mediaType.examples !== undefined) return;
    mediaType.example = exampleOf(mediaType.schema, schemas);
  });
  return document;
}

function visitMediaTypes(value: Json, visit: (mediaType: Record<string, Json>) => void): void {
  if (Array.isArray(value)) {
    for (const item of value) visitMediaTypes(item, visit);
  } else if (isRecord(value)) {
    for (const [key, child] of Object.entries(value)) {
      if (key === 'content' && isRecord(child)) {
        for (const mediaType of Object.values(child)) if (isRecord(mediaType)) visit(mediaType);
      } else {
        visitMediaTypes(child, visit);
      }
    }
  }
}

function exampleOf(schema: Json, schemas: Json): Json {
  if (!isRecord(schema)) return undefined;
  if (schema.example !== undefined) return schema.example;
  if (typeof schema.$ref === 'string') {
    return exampleOf(at(schemas, schema.$ref.split('/').at(-1) ?? ''), schemas);
  }
  if (Array.isArray(schema.enum)) return schema.enum[0];
  if (schema.const !== undefined) return schema.const;
  switch (schema.type) {
    case 'array':
      return [exampleOf(schema.items, schemas)];
    case 'boolean':
      return true;
    case 'integer':
      return 1;
    case 'string':
      return 'text';
    case 'object':
      return Object.fromEntries(
        Object.entries(isRecord(schema.properties) ? schema.properties : {}).map(
          ([name, child]) => [name, exampleOf(child, schemas)],
        ),
      );
    default:
      return undefined;
  }
}
