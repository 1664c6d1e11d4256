import { isUtf8 } from 'node:buffer';
import {
  compileMappingTemplate,
  type MappingTemplate,
  type TemplateVariables,
} from '../../mapping-templates/index.ts';
import type { ResponseMapping } from '../../template/index.ts';
import type { ParameterSource } from './parameters.ts';

export const JSON_TYPE = 'application/json';

type Pairs = readonly (readonly [name: string, value: string])[];

/** Templates by content type, or by the key that a selection expression gives. */
export type CompiledTemplates = Readonly<Record<string, MappingTemplate>>;

export function compileTemplates(templates: Readonly<Record<string, string>>): CompiledTemplates {
  const made = Object.create(null) as Record<string, MappingTemplate>;
  for (const [key, text] of Object.entries(templates)) made[key] = compileMappingTemplate(text);
  return made;
}

/** What a template is evaluated with. @param body the payload that it maps */
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

/** The template for what the client accepts, else that for JSON, else the first one. */
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

/** The media type of a header; JSON where there is none. */
export function mediaTypeOf(contentType: string | undefined): string {
  const [type = ''] = (contentType ?? '').split(';');
  return type.trim().toLowerCase() || JSON_TYPE;
}

/** @param wanted in lower case */
export function headerOf(headers: Pairs, wanted: string): string | undefined {
  return headers.findLast(([name]) => name.toLowerCase() === wanted)?.[1];
}

/**
 * Converts a payload between bytes and base64: a text is made binary, and what is binary is made a text. A payload that
 * is what it should be already passes as it is.
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
