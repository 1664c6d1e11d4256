import type { ResourceEntry } from '../entries.ts';
import type { HttpAuthorization, LambdaAuthorizer } from '../model.ts';
import { authorizer as authorizerProperties } from '../properties/index.ts';
import type { Reader } from '../reader.ts';
import { invokedBy } from './function-policies.ts';
import { payloadFormatOf } from './integrations.ts';
import type { StackResources } from './stack-resources.ts';

const ttlRange = { unit: 'seconds', minimum: 0, maximum: 3600 };

/** API Gateway caches an authorizer's response for five minutes by default. In seconds. */
export const defaultTtlSeconds = 300;

/** Finds the `AWS::ApiGatewayV2::Authorizer` that a route's `AuthorizerId` names. */
export function authorizerEntry(
  route: Reader,
  resources: StackResources,
): ResourceEntry | undefined {
  const id = route.requiredText('AuthorizerId', 'the id of an authorizer');
  if (id === undefined) return undefined;
  const entry = resources.byRef(id, 'AWS::ApiGatewayV2::Authorizer');
  if (entry === undefined) {
    route.expected('AuthorizerId', 'the id of an authorizer of this template');
  }
  return entry;
}

/**
 * Reads a Lambda authorizer. If its function is not in this stack, it warns and gives undefined.
 *
 * @param caches whether results are cached; WebSocket APIs invoke the authorizer for each
 * connection
 */
export function lambdaAuthorizer(
  entry: ResourceEntry,
  caches: boolean,
  resources: StackResources,
): LambdaAuthorizer | undefined {
  const properties = resources.read(entry).check(authorizerProperties);
  properties.oneOf('AuthorizerType', ['REQUEST']);
  const uri = properties.requiredText('AuthorizerUri', 'the URI of a function');
  if (uri === undefined) return undefined;
  const functionLogicalId = resources.functionOrWarn(uri, properties.path, 'the authorizer');
  const identitySources = properties.texts('IdentitySource') ?? [];
  const ttlSeconds = properties.number('AuthorizerResultTtlInSeconds', ttlRange);
  const version = payloadFormatOf(properties, 'AuthorizerPayloadFormatVersion');
  const simple = properties.boolean('EnableSimpleResponses') ?? false;
  if (functionLogicalId === undefined) return undefined;
  const defaultSeconds = identitySources.length > 0 ? defaultTtlSeconds : 0;
  return {
    name: properties.text('Name') ?? entry.logicalId,
    authorizerId: resources.ref(entry),
    functionLogicalId,
    ...invokedBy(properties, 'AuthorizerCredentialsArn', uri, resources),
    identitySources,
    payloadFormatVersion: version ?? '1.0',
    enableSimpleResponses: simple,
    resultTtlMs: caches ? (ttlSeconds ?? defaultSeconds) * 1000 : 0,
  };
}

/** Reads a JWT authorizer from an `AWS::ApiGatewayV2::Authorizer`. */
export function jwtAuthorizer(
  entry: ResourceEntry,
  scopes: readonly string[],
  resources: StackResources,
): HttpAuthorization | undefined {
  const properties = resources.read(entry).check(authorizerProperties);
  const configuration = properties.map('JwtConfiguration')?.check({ used: ['Audience', 'Issuer'] });
  if (configuration === undefined) {
    if (!properties.has('JwtConfiguration')) {
      properties.diagnostics.error(properties.path, 'JwtConfiguration is missing');
    }
    return undefined;
  }
  const issuer = configuration.requiredText('Issuer', 'the URL of an issuer');
  const [identitySource] = properties.texts('IdentitySource') ?? [];
  if (issuer === undefined) return undefined;
  return {
    type: 'jwt',
    name: properties.text('Name') ?? entry.logicalId,
    identitySource: identitySource ?? '$request.header.Authorization',
    issuer,
    audience: configuration.texts('Audience') ?? [],
    scopes,
  };
}

/** Gives the URL that tokens of a Cognito user pool have in `iss`. */
export function issuerOfUserPool(arn: string): string {
  const [, , , region = '', , pool = ''] = arn.split(':');
  return `https://cognito-idp.${region}.amazonaws.com/${pool.replace(/^userpool\//, '')}`;
}

/**
 * Reads the settings that only TOKEN authorizers have.
 * @param property the name of the property with the expression that tokens have to match
 */
export function tokenSettings(
  identity: Reader | undefined,
  property: string,
): NonNullable<LambdaAuthorizer['token']> {
  const expression = identity?.text(property);
  if (expression === undefined) return {};
  try {
    return { validation: new RegExp(`^(?:${expression})$`) };
  } catch {
    identity?.expected(property, 'a regular expression');
    return {};
  }
}
