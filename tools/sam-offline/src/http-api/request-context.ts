import { hash } from 'node:crypto';
import type { Principal } from '../signature/index.ts';
import type { GatewayRequest } from './request.ts';

/** The API as its events name it. */
export interface ApiIdentity {
  readonly accountId: string;
  readonly region: string;
  readonly apiId: string;
  readonly stage: string;
  readonly stageVariables: Readonly<Record<string, string>>;
}

/** One request on its way through an API. */
export interface ApiRequest {
  readonly api: ApiIdentity;
  readonly request: GatewayRequest;
  /** `requestContext.requestId` and the response's `Apigw-Requestid`. */
  readonly requestId: string;
  readonly routeKey: string;
  /** The decoded path without the stage. */
  readonly stagePath: string;
  /** `/posts/{postId}`, or `$default`. */
  readonly resourcePath: string;
  readonly pathParameters: Readonly<Record<string, string>> | undefined;
}

/**
 * `requestContext.domainName`: on AWS always the `Host` of the client's request, so here too. A
 * function that makes links to itself thereby makes links that work.
 */
export function domainName(request: GatewayRequest, api: ApiIdentity): string {
  return request.host === ''
    ? `${api.apiId}.execute-api.${api.region}.amazonaws.com`
    : request.host;
}

/** What `requestContext` says of a caller who signed. */
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
 * The identity of who signed. IAM's unique ids (`AIDA…` of a user, `AROA…:session` of a role) are
 * derived from the ARN, so that they stay the same from run to run.
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

/** Requests of one second share their text, and there can be thousands of them. */
let lastSecond = Number.NaN;
let lastText = '';

/** The Common Log Format's time: `10/Jul/2026:19:19:05 +0000`. */
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
