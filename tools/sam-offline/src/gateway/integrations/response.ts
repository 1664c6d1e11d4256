import { toText } from '../../mapping-templates/index.ts';
import type { MappedIntegration, ResponseMapping } from '../../template/index.ts';
import { IntegrationFailure } from './failure.ts';
import type { IncomingResponse } from './http-call.ts';
import { mappedParameter, type ParameterSource } from './parameters.ts';
import { selectKey } from './selection-expression.ts';
import {
  acceptedTemplate,
  type CompiledTemplates,
  compileTemplates,
  convertPayload,
  headerOf,
  JSON_TYPE,
  variablesOf,
} from './templates.ts';

/**
 * The kind of API: REST APIs choose templates by content type, WebSocket APIs by selection
 * expressions.
 */
export type GatewayKind = 'rest' | 'websocket';

/** The response for the client. */
export interface MappedResponse {
  readonly statusCode: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer | string;
}

/** The response of an integration. */
export interface Received extends IncomingResponse {
  /** The message of the error that a function threw. */
  readonly errorMessage?: string;
  readonly invocationId?: string;
}

/**
 * Compiles the integration responses. The first one whose pattern matches is used, else the
 * default. A pattern is compared with the status, or with a function's error message.
 *
 * @returns a function that maps a response. It throws IntegrationFailure if no integration response
 * of a REST API matches
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-integration-settings-integration-response.html
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-integration-responses.html
 */
export function compileResponses(
  { target, responses }: MappedIntegration,
  kind: GatewayKind,
): (source: ParameterSource, received: Received) => MappedResponse {
  const compiled = responses.map((mapping) => ({
    mapping,
    pattern:
      mapping.pattern === undefined ? undefined : new RegExp(`^(?:${mapping.pattern})$`, 's'),
    templates: compileTemplates(mapping.templates),
  }));
  return (source, received) => {
    const subject =
      target.type === 'function' ? received.errorMessage : String(received.statusCode);
    const chosen =
      compiled.find(({ pattern }) => subject !== undefined && pattern?.test(subject) === true) ??
      compiled.find(({ pattern }) => pattern === undefined);
    if (chosen !== undefined) return respond(chosen, source, received, kind);
    // The documentation says that a WebSocket API needs a default. Without one, the response is not
    // changed.
    if (kind === 'websocket') return received;
    throw new IntegrationFailure(
      'configuration',
      `no integration response matches ${subject ?? 'a result without an error'}, and there is no default`,
    );
  };
}

function respond(
  {
    mapping,
    templates,
  }: { readonly mapping: ResponseMapping; readonly templates: CompiledTemplates },
  source: ParameterSource,
  received: Received,
  kind: GatewayKind,
): MappedResponse {
  const payload = convertPayload(received.body, mapping.contentHandling);
  const text = payload.toString('utf8');
  const [contentType, template] =
    kind === 'rest'
      ? acceptedTemplate(templates, headerOf(source.headers, 'accept'))
      : [
          JSON_TYPE,
          selectKey(templates, mapping.templateSelection, {
            requestBody: source.body,
            response: { ...received, body: text },
          }),
        ];
  const mapped = template?.(variablesOf(source, text));
  const headers = new Headers();
  headers.set('Content-Type', [contentType]);
  const from = { ...source, response: { headers: received.headers, body: text } };
  for (const [name, expression] of Object.entries(mapping.parameters)) {
    const header = /^method\.response\.(?:multivalue)?header\.(.+)$/i.exec(name)?.[1];
    const values = header === undefined ? undefined : mappedParameter(expression, from);
    if (header !== undefined && values !== undefined) headers.set(header, values);
  }
  for (const [name, value] of mapped?.overrides.response.header ?? []) {
    headers.set(name, [toText(value)]);
  }
  return {
    statusCode: mapped?.overrides.response.status ?? mapping.statusCode ?? received.statusCode,
    headers: headers.pairs,
    body: mapped === undefined ? payload : mapped.body,
  };
}

/**
 * Response headers. The case of names does not matter; each name keeps the case in which it was
 * last set.
 */
class Headers {
  readonly #values = new Map<
    string,
    { readonly name: string; readonly values: readonly string[] }
  >();

  set(name: string, values: readonly string[]): void {
    this.#values.set(name.toLowerCase(), { name, values });
  }

  get pairs(): (readonly [name: string, value: string])[] {
    return [...this.#values.values()].flatMap(({ name, values }) =>
      values.map((value) => [name, value] as const),
    );
  }
}
