import type { IntegrationTarget } from '../../template/index.ts';
import type { IncomingResponse } from './http-call.ts';

/** A call to an AWS service with the permissions of a role. */
export interface ServiceRequest {
  /** The service's name in the signature's scope. */
  readonly service: string;
  readonly region: string;
  readonly method: string;
  /** The percent-encoded path with the query string. */
  readonly path: string;
  /** The values by the header's lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly roleArn: string;
  readonly timeoutMs: number;
}

/**
 * Calls a service at the AWS endpoint of this machine.
 * @returns undefined if there was no response in time
 */
export type CallService = (request: ServiceRequest) => Promise<IncomingResponse | undefined>;

type ServiceTarget = Extract<IntegrationTarget, { type: 'service' }>;

/** The request that the mapping made. */
export interface MappedCall {
  readonly headers: ReadonlyMap<string, string>;
  readonly query: URLSearchParams;
  readonly path: string;
  readonly body: Buffer;
}

/**
 * The prefix of `X-Amz-Target` for services with a JSON protocol. API Gateway adds this header for
 * `action/…`.
 */
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

/** Tells whether integrations use the Query protocol with a service, also for `path/…`. */
export function isQueryService(service: string): boolean {
  return service === 'sqs' || service === 'sns';
}

/**
 * Makes the request of an integration `arn:aws:apigateway:<region>:<service>:action/<operation>` or
 * `…:path/<path>`.
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
    // The Query protocol accepts parameters in the query string and in a form. Here all of them are
    // sent in one form.
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
