import { createHash } from 'node:crypto';

/** The values that names and ARNs of a stack contain. */
export interface StackIdentity {
  readonly name: string;
  readonly region: string;
  readonly accountId: string;
  readonly partition: string;
  /** The value of `AWS::URLSuffix`: `amazonaws.com`. */
  readonly urlSuffix: string;
}

export const defaultAccountId = '123456789012';

/** Makes the identity of a stack. */
export function stackIdentity(name: string, region: string, accountId: string): StackIdentity {
  const inChina = region.startsWith('cn-');
  return {
    name,
    region,
    accountId,
    partition: inChina ? 'aws-cn' : region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws',
    urlSuffix: inChina ? 'amazonaws.com.cn' : 'amazonaws.com',
  };
}

const lowerAlphanumerics = 'abcdefghijklmnopqrstuvwxyz0123456789';
const alphanumerics = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
const upperAlphanumerics = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';

/**
 * Makes a random-looking text that is always the same for a seed, so that ids do not change after a
 * restart.
 */
function stableText(seed: string, length: number, alphabet: string): string {
  const bytes = createHash('sha512').update(seed).digest();
  return Array.from(
    { length },
    (_, index) => alphabet[(bytes[index % bytes.length] ?? 0) % alphabet.length] ?? '',
  ).join('');
}

/** Makes an id in the form of API Gateway and Function URLs: lower-case letters and digits. */
export function generatedId(stack: StackIdentity, logicalId: string, length: number): string {
  return stableText(`${stack.name}/${logicalId}/id`, length, lowerAlphanumerics);
}

/** Makes the value of an API key without a value in the template: 40 letters and digits. */
export function apiKeyValue(stack: StackIdentity, logicalId: string): string {
  return stableText(`${stack.name}/${logicalId}/api-key`, 40, alphanumerics);
}

/** Makes the ten characters of an API's host name. */
export function apiId(stack: StackIdentity, logicalId: string): string {
  return generatedId(stack, logicalId, 10);
}

/**
 * Makes the name that CloudFormation gives to a resource without a name: the stack, the logical id
 * and 12 characters. The stack and the logical id are shortened if the name would exceed the
 * service's limit.
 *
 * @param maximumLength the maximum number of characters
 */
export function physicalName(stack: StackIdentity, logicalId: string, maximumLength = 255): string {
  const suffix = stableText(`${stack.name}/${logicalId}/name`, 12, upperAlphanumerics);
  const room = maximumLength - suffix.length - 2;
  if (stack.name.length + logicalId.length <= room) return `${stack.name}-${logicalId}-${suffix}`;
  const half = Math.floor(room / 2);
  const stackPart = stack.name.slice(0, Math.max(half, room - logicalId.length));
  return `${stackPart}-${logicalId.slice(0, room - stackPart.length)}-${suffix}`;
}

/** Makes a UUID for event source mappings and for the stack's id. */
export function generatedUuid(stack: StackIdentity, logicalId: string): string {
  const hex = createHash('sha256').update(`${stack.name}/${logicalId}/uuid`).digest('hex');
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20, 32),
  ].join('-');
}

/** Makes an ARN: `arn:aws:<service>:<region>:<account>:<resource>`. */
export function arn(stack: StackIdentity, service: string, resource: string): string {
  return `arn:${stack.partition}:${service}:${stack.region}:${stack.accountId}:${resource}`;
}

/** Gives the stack's ARN, which is the value of `AWS::StackId`. */
export function stackArn(stack: StackIdentity): string {
  return arn(stack, 'cloudformation', `stack/${stack.name}/${generatedUuid(stack, '')}`);
}

/** Gives an API's host: `<apiId>.execute-api.<region>.amazonaws.com`. */
export function executeApiHost(stack: StackIdentity, id: string): string {
  return `${id}.execute-api.${stack.region}.${stack.urlSuffix}`;
}

/** Gives the host of a Function URL: `<urlId>.lambda-url.<region>.on.aws`. */
export function functionUrlHost(stack: StackIdentity, urlId: string): string {
  return `${urlId}.lambda-url.${stack.region}.on.aws`;
}

/** Gives the URL of a queue with AWS's host. */
export function queueUrl(stack: StackIdentity, queueName: string): string {
  return `https://sqs.${stack.region}.${stack.urlSuffix}/${stack.accountId}/${queueName}`;
}

/**
 * Reads the function's name from a Lambda ARN, which may end with `:alias` or `:version`; undefined
 * for any other text.
 */
export function functionNameOfArn(text: string): string | undefined {
  return /^arn:[\w-]+:lambda:[\w-]*:\d*:function:([\w-]+)(?::[\w$.-]+)?$/.exec(text)?.[1];
}

/**
 * Reads the function ARN from an integration's or authorizer's URI, which is the ARN itself or
 * `arn:aws:apigateway:<region>:lambda:path/2015-03-31/functions/<arn>/invocations`.
 */
export function functionArnOfUri(uri: string): string | undefined {
  const match =
    /^arn:[\w-]+:apigateway:[\w-]*:lambda:path\/\d{4}-\d{2}-\d{2}\/functions\/(.+)\/(?:response-streaming-)?invocations$/.exec(
      uri,
    );
  const candidate = match?.[1] ?? uri;
  return functionNameOfArn(candidate) === undefined ? undefined : candidate;
}

/**
 * Makes the ARN of a secret outside of the template. On AWS it ends with six random characters;
 * here they are derived from the name.
 */
export function secretArn(
  { region, accountId }: Pick<StackIdentity, 'region' | 'accountId'>,
  name: string,
): string {
  const suffix = stableText(`secret/${name}`, 6, lowerAlphanumerics);
  return `arn:aws:secretsmanager:${region}:${accountId}:secret:${name}-${suffix}`;
}
