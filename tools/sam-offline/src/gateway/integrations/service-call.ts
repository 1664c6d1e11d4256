import type { IntegrationTarget } from '../../template/index.ts';
import type { IncomingResponse } from './http-call.ts';

/** A call of a service of AWS with the permissions of a role. */
export interface ServiceRequest {
  /** As signatures name it. */
  readonly service: string;
  readonly region: string;
  readonly method: string;
  /** Percent-encoded, with the query. */
  readonly path: string;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly roleArn: string;
  readonly timeoutMs: number;
}

/** Calls a service at this machine's AWS endpoint. @returns undefined where there was no response in time */
export type CallService = (request: ServiceRequest) => Promise<IncomingResponse | undefined>;

type ServiceTarget = Extract<IntegrationTarget, { type: 'service' }>;

/** What the mapping made of a request. */
export interface MappedCall {
  readonly headers: ReadonlyMap<string, string>;
  readonly query: URLSearchParams;
  readonly path: string;
  readonly body: Buffer;
}

/** How services with a JSON protocol name an operation: API Gateway adds the header for an `action/…`. */
const TARGETS: Readonly<
  Record<string, { readonly prefix: string; readonly version: '1.0' | '1.1' }>
> = {
  dynamodb: { prefix: 'DynamoDB_20120810', version: '1.0' },
  events: { prefix: 'AWSEvents', version: '1.1' },
  kinesis: { prefix: 'Kinesis_20131202', version: '1.1' },
  secretsmanager: { prefix: 'secretsmanager', version: '1.1' },
  ssm: { prefix: 'AmazonSSM', version: '1.1' },
  states: { prefix: 'AWSStepFunctions', version: '1.0' },
};

const FORM = 'application/x-www-form-urlencoded';

/** Whether integrations speak the Query protocol with a service, also by `path/…`. */
export function isQueryService(service: string): boolean {
  return service === 'sqs' || service === 'sns';
}

/**
 * The request of an integration `arn:aws:apigateway:<region>:<service>:action/<operation>` or `…:path/<path>`.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/api/API_Integration.html#apigw-Type-Integration-uri
 */
export function serviceRequest(
  target: ServiceTarget & { readonly role: NonNullable<ServiceTarget['role']> },
  call: MappedCall,
  timeoutMs: number,
): ServiceRequest {
  const { service, region, action, role } = target;
  const headers = new Map(call.headers);
  let { body } = call;
  let method = target.method;
  const query = new URLSearchParams(call.query);
  const json = TARGETS[service];
  if (action !== undefined && json !== undefined) {
    if (!headers.has('x-amz-target')) headers.set('x-amz-target', `${json.prefix}.${action}`);
    method = 'POST';
  } else if ((action !== undefined || isQueryService(service)) && !headers.has('x-amz-target')) {
    // The Query protocol takes parameters from the query and from a form: here they are one form.
    const isForm = headers.get('content-type')?.startsWith(FORM) === true;
    const form = new URLSearchParams(isForm ? body.toString('utf8') : '');
    for (const [name, value] of query) form.set(name, value);
    for (const name of [...query.keys()]) query.delete(name);
    if (action !== undefined) form.set('Action', action);
    headers.set('content-type', FORM);
    body = Buffer.from(form.toString());
    method = 'POST';
  }
  if (json !== undefined && headers.has('x-amz-target')) {
    const type = headers.get('content-type');
    if (type === undefined || type === 'application/json') {
      headers.set('content-type', `application/x-amz-json-${json.version}`);
    }
  }
  const search = query.size === 0 ? '' : `?${query.toString().replaceAll('+', '%20')}`;
  return {
    ...{ service, region, method, timeoutMs, roleArn: role.arn, body },
    path: `${action === undefined ? call.path : '/'}${search}`,
    headers: Object.fromEntries(headers),
  };
}
