import type { HttpAuthorization } from '../model.ts';
import { restAuthorizer } from '../properties/index.ts';
import type { Reader } from '../reader.ts';
import { invokedBy } from './function-policies.ts';
import { defaultTtlSeconds, issuerOfUserPool, tokenSettings } from './authorizers.ts';
import type { StackResources } from './stack-resources.ts';

/** Reads the authorization of an `AWS::ApiGateway::Method`. */
export function restAuthorizationOf(method: Reader, resources: StackResources): HttpAuthorization {
  const types = ['NONE', 'AWS_IAM', 'CUSTOM', 'COGNITO_USER_POOLS'] as const;
  const type = method.oneOf('AuthorizationType', types) ?? 'NONE';
  if (type === 'NONE') return { type: 'none' };
  if (type === 'AWS_IAM') return { type: 'iam' };
  const id = method.requiredText('AuthorizerId', 'the id of an authorizer');
  const entry = id === undefined ? undefined : resources.byRef(id, 'AWS::ApiGateway::Authorizer');
  if (entry === undefined) {
    if (id !== undefined) {
      method.expected('AuthorizerId', 'the id of an authorizer of this template');
    }
    return { type: 'none' };
  }
  const authorizer = resources.read(entry).check(restAuthorizer);
  const name = authorizer.text('Name') ?? entry.logicalId;
  const [source, ...others] = (authorizer.text('IdentitySource') ?? '')
    .split(',')
    .map((one) => one.trim().replace(/^method\./, '$'))
    .filter((one) => one !== '');
  const tokenSource = source ?? '$request.header.Authorization';
  if (authorizer.text('Type') === 'COGNITO_USER_POOLS') {
    const issuers = (authorizer.texts('ProviderARNs') ?? []).map(issuerOfUserPool);
    const scopes = method.texts('AuthorizationScopes') ?? [];
    return { type: 'cognito', name, identitySource: tokenSource, issuers, scopes };
  }
  const isToken = authorizer.oneOf('Type', ['TOKEN', 'REQUEST']) === 'TOKEN';
  const uri = authorizer.requiredText('AuthorizerUri', 'the URI of a function');
  const functionLogicalId =
    uri === undefined
      ? undefined
      : resources.functionOrWarn(uri, authorizer.path, 'the authorizer');
  if (uri === undefined || functionLogicalId === undefined) return { type: 'none' };
  const ttlSeconds = authorizer.number('AuthorizerResultTtlInSeconds', {
    ...{ unit: 'seconds', minimum: 0, maximum: 3600 },
  });
  const identitySources = isToken ? [tokenSource] : source === undefined ? [] : [source, ...others];
  return {
    type: 'lambda',
    authorizer: {
      ...{ name, authorizerId: resources.ref(entry), functionLogicalId, identitySources },
      ...invokedBy(authorizer, 'AuthorizerCredentials', uri, resources),
      ...(isToken && { token: tokenSettings(authorizer, 'IdentityValidationExpression') }),
      ...{ payloadFormatVersion: '1.0', enableSimpleResponses: false },
      resultTtlMs: (ttlSeconds ?? defaultTtlSeconds) * 1000,
    },
  };
}
