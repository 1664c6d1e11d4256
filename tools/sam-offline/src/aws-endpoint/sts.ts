import { newRequestId } from '../ids/index.ts';
import type { Principal } from '../signature/index.ts';
import type { AwsCall, AwsResponse } from './call.ts';
import { errorResponse, escapeXml, xmlResponse } from './errors.ts';

/** Serves `GetCallerIdentity`, which tells whom a key pair belongs to. */
export function handleSts(call: AwsCall, principal: Principal): AwsResponse {
  if (call.operation !== 'GetCallerIdentity') {
    return errorResponse(
      'query',
      501,
      'NotImplemented',
      `sam-offline does not emulate STS's ${call.operation}`,
    );
  }
  return xmlResponse(
    200,
    '<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>' +
      `<Arn>${escapeXml(principal.arn)}</Arn><UserId>${escapeXml(principal.accessKeyId)}</UserId>` +
      `<Account>${principal.accountId}</Account></GetCallerIdentityResult>` +
      `<ResponseMetadata><RequestId>${newRequestId()}</RequestId></ResponseMetadata></GetCallerIdentityResponse>`,
  );
}
