import { isUtf8 } from 'node:buffer';
import {
  compileMappingTemplate,
  type MappingTemplate,
  type TemplateVariables,
} from '../../mapping-templates/index.ts';
import type { ResponseMapping } from '../../template/index.ts';
import type { ParameterSource } from './parameters.ts';

/** The content type of templates and payloads without another one. */
export const JSON_TYPE = 'application/json';

type Pairs = readonly (readonly [name: string, value: string])[];

/** Templates by content type, or by the key that a selection expression gives. */
export type CompiledTemplates = Readonly<Record<string, MappingTemplate>>;

/** Compiles mapping templates. Each is parsed when it is first evaluated. */
export function compileTemplates(templates: Readonly<Record<string, string>>): CompiledTemplates {
  const made = Object.create(null) as Record<string, MappingTemplate>;
  for (const [key, text] of Object.entries(templates)) made[key] = compileMappingTemplate(text);
  return made;
}

/**
 * Makes the variables of a template.
 * @param body the payload that the template maps
 */
export function variablesOf(source: ParameterSource, body: string): TemplateVariables {
  const { path, context, stageVariables } = source;
  const parameters = {
    ...{ path, querystring: lastValues(source.querystring), header: lastValues(source.headers) },
  };
  return { body, parameters, context, stageVariables };
}

function lastValues(pairs: Pairs): Record<string, string> {
  const values = Object.create(null) as Record<string, string>;
  for (const [name, value] of pairs) values[name] = value;
  return values;
}

/**
 * Chooses the template for a content type of the client's `Accept`, else the one for JSON, else the
 * first one.
 */
export function acceptedTemplate(
  templates: CompiledTemplates,
  accept: string | undefined,
): [contentType: string, template: MappingTemplate | undefined] {
  const accepted = (accept ?? '').split(',').map((type) => mediaTypeOf(type));
  const [first = JSON_TYPE] = Object.keys(templates);
  const type =
    accepted.find((one) => one in templates) ?? (JSON_TYPE in templates ? JSON_TYPE : first);
  return [type, templates[type]];
}

/**
 * Gives the media type of a `Content-Type` in lower case, without its parameters; JSON if there is
 * none.
 */
export function mediaTypeOf(contentType: string | undefined): string {
  const [type = ''] = (contentType ?? '').split(';');
  return type.trim().toLowerCase() || JSON_TYPE;
}

/**
 * Gives the last value of a header.
 * @param wanted the header's name in lower case
 */
export function headerOf(headers: Pairs, wanted: string): string | undefined {
  return headers.findLast(([name]) => name.toLowerCase() === wanted)?.[1];
}

/**
 * Converts a payload between bytes and base64. `CONVERT_TO_BINARY` decodes base64 text,
 * `CONVERT_TO_TEXT` encodes bytes that are not text. A payload that already has the wanted form is
 * not changed.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-payload-encodings.html
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/websocket-api-develop-binary-media-types.html
 */
export function convertPayload(body: Buffer, handling: ResponseMapping['contentHandling']): Buffer {
  if (handling === undefined || isUtf8(body) !== (handling === 'CONVERT_TO_BINARY')) return body;
  return handling === 'CONVERT_TO_BINARY'
    ? Buffer.from(body.toString('utf8'), 'base64')
    : Buffer.from(body.toString('base64'));
}
