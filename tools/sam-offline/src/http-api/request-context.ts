import { hash } from 'node:crypto';
import type { Principal } from '../signature/index.ts';
import type { GatewayRequest } from './request.ts';

/** The values that identify the API in events. */
export interface ApiIdentity {
  readonly accountId: string;
  readonly region: string;
  readonly apiId: string;
  readonly stage: string;
  readonly stageVariables: Readonly<Record<string, string>>;
}

/** A request that an API serves. */
export interface ApiRequest {
  readonly api: ApiIdentity;
  readonly request: GatewayRequest;
  /** The value of `requestContext.requestId` and of the response's `Apigw-Requestid`. */
  readonly requestId: string;
  readonly routeKey: string;
  /** The decoded path without the stage. */
  readonly stagePath: string;
  /** The path of the route: `/posts/{postId}`, or `$default`. */
  readonly resourcePath: string;
  readonly pathParameters: Readonly<Record<string, string>> | undefined;
}

/**
 * Gives `requestContext.domainName`. As on AWS, it is the `Host` of the client's request, so that a
 * function can make working links to itself.
 */
export function domainName(request: GatewayRequest, api: ApiIdentity): string {
  return request.host === ''
    ? `${api.apiId}.execute-api.${api.region}.amazonaws.com`
    : request.host;
}

/** The members of `requestContext` about the signer. */
export interface IamIdentity {
  readonly accessKey: string;
  readonly accountId: string;
  readonly callerId: string;
  readonly cognitoIdentity: null;
  readonly principalOrgId: null;
  readonly userArn: string;
  readonly userId: string;
}

/**
 * Makes the identity of a signer. IAM's unique ids (`AIDA…` of a user, `AROA…:session` of a role)
 * are derived from the ARN, so that they are the same in each run.
 */
export function iamIdentity(principal: Principal): IamIdentity {
  const { accountId, arn } = principal;
  const resource = arn.slice(arn.lastIndexOf(':') + 1);
  const [kind, name = '', session] = resource.split('/');
  const isRole = kind === 'assumed-role';
  const unique = BigInt(`0x${hash('sha256', `${accountId}/${name}`).slice(0, 24)}`)
    .toString(36)
    .toUpperCase()
    .padStart(17, '0')
    .slice(-17);
  const id = isRole ? `AROA${unique}:${session ?? name}` : `AIDA${unique}`;
  return {
    accessKey: principal.accessKeyId,
    accountId,
    callerId: id,
    cognitoIdentity: null,
    principalOrgId: null,
    userArn: principal.arn,
    userId: id,
  };
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/**
 * The second of the last formatted time. All requests of a second have the same text, and there may
 * be thousands of them.
 */
let lastSecond = Number.NaN;
let lastText = '';

/**
 * Formats a time as the Common Log Format does: `10/Jul/2026:19:19:05 +0000`.
 * @param epochMs the time in ms since 1970
 */
export function commonLogTime(epochMs: number): string {
  const second = Math.floor(epochMs / 1000);
  if (second !== lastSecond) {
    const iso = new Date(epochMs).toISOString();
    const month = MONTHS[Number(iso.slice(5, 7)) - 1] ?? '';
    lastText = `${iso.slice(8, 10)}/${month}/${iso.slice(0, 4)}:${iso.slice(11, 19)} +0000`;
    lastSecond = second;
  }
  return lastText;
}
