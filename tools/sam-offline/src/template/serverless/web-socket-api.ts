import type { ResourceEntry } from '../entries.ts';
import type { Json, JsonObject, Path } from '../json.ts';
import { isObject, show } from '../json.ts';
import {
  checkNames,
  serverlessWebSocketApi,
  webSocketApiAuth,
  webSocketApiRoute,
} from '../properties/index.ts';
import type { Expansion, ExpansionContext } from './expansion.ts';
import { domainOf } from './domain.ts';
import { authorizerPermission, invokePermission } from './invoke-permission.ts';

/**
 * Expands `AWS::Serverless::WebSocketApi` into the `AWS::ApiGatewayV2::*` resources that SAM makes
 * from it, with SAM's logical ids: `<Api><Key>Route` and `<Api><Key>Integration` with the route key
 * without `$` and capitalised, `<Api><stage name>Stage`, `<Api>ConnectAuthorizer`
 * (samtranslator/model/api/websocket_api_generator.py of SAM translator 1.110).
 */
export function expandWebSocketApi(entry: ResourceEntry, context: ExpansionContext): Expansion {
  const { logicalId, properties, path } = entry;
  const { diagnostics } = context;
  checkNames(properties, serverlessWebSocketApi, path, diagnostics);
  const { Routes: routes, Auth: auth, StageName: stageName = 'default', ...api } = properties;
  const {
    StageVariables: variables,
    DefaultRouteSettings: settings,
    RouteSettings: ofRoutes,
    AccessLogSettings: accessLog,
    ...rest
  } = api;

  const entries: ResourceEntry[] = [
    { ...entry, type: 'AWS::ApiGatewayV2::Api', properties: apiProperties(rest, logicalId) },
  ];
  const add = (id: string, type: string, made: JsonObject, at: Path): void => {
    entries.push({
      ...entry,
      logicalId: id,
      type,
      properties: { ApiId: { Ref: logicalId }, ...made },
      path: at,
      dependsOn: [],
      generatedBy: logicalId,
      writtenAs: { IntegrationUri: 'FunctionArn', TimeoutInMillis: 'IntegrationTimeout' },
    });
  };

  const addPermission = (id: string, key: string, target: Json | undefined, at: Path): void => {
    entries.push({
      ...entry,
      logicalId: id,
      type: 'AWS::Lambda::Permission',
      properties:
        target === undefined
          ? {}
          : invokePermission(target, { api: { Ref: logicalId }, stage: stageName, route: key }),
      path: at,
      dependsOn: [],
      generatedBy: logicalId,
      writtenAs: { FunctionName: 'FunctionArn' },
    });
  };

  if (!isObject(routes) || Object.keys(routes).length === 0) {
    diagnostics.error([...path, 'Routes'], `expected at least one route, got ${show(routes)}`);
  }
  const authorization = authorize(entry, auth, routes, context);
  for (const [key, route] of Object.entries(isObject(routes) ? routes : {})) {
    const at = [...path, 'Routes', key];
    if (!isObject(route)) {
      diagnostics.error(at, `expected a route with a FunctionArn, got ${show(route)}`);
      continue;
    }
    const id = generatedKey(key);
    if (id === undefined) {
      diagnostics.error(
        at,
        'expected $connect, $disconnect, $default or a route key of letters and digits only',
      );
      continue;
    }
    checkNames(route, webSocketApiRoute, at, diagnostics);
    const { FunctionArn: target, IntegrationTimeout: timeout } = route;
    if (target === undefined) diagnostics.error(at, 'FunctionArn is missing');
    const integrationId = `${logicalId}${id}Integration`;
    const response = route.RouteResponseSelectionExpression;
    add(
      `${logicalId}${id}Route`,
      'AWS::ApiGatewayV2::Route',
      {
        RouteKey: key,
        Target: { 'Fn::Join': ['/', ['integrations', { Ref: integrationId }]] },
        ...(response === undefined ? {} : { RouteResponseSelectionExpression: response }),
        ...(key === '$connect' ? authorization : {}),
      },
      at,
    );
    add(
      integrationId,
      'AWS::ApiGatewayV2::Integration',
      {
        IntegrationType: 'AWS_PROXY',
        ...(target === undefined ? {} : { IntegrationUri: target }),
        ...(timeout === undefined ? {} : { TimeoutInMillis: timeout }),
      },
      at,
    );
    addPermission(`${logicalId}${id}Permission`, key, target, at);
  }

  if (stageName === '$default') {
    diagnostics.error(
      [...path, 'StageName'],
      'a stage of a WebSocket API cannot be named $default',
    );
  }
  const stageId =
    stageName === 'default'
      ? `${logicalId}DefaultStage`
      : `${logicalId}${typeof stageName === 'string' ? stageName : ''}Stage`;
  add(
    stageId,
    'AWS::ApiGatewayV2::Stage',
    {
      StageName: stageName,
      ...(variables === undefined ? {} : { StageVariables: variables }),
      ...(settings === undefined ? {} : { DefaultRouteSettings: settings }),
      ...(ofRoutes === undefined ? {} : { RouteSettings: ofRoutes }),
      ...(accessLog === undefined ? {} : { AccessLogSettings: accessLog }),
    },
    path,
  );
  if (isObject(auth) && auth.AuthType === 'CUSTOM') {
    add(
      `${logicalId}ConnectAuthorizer`,
      'AWS::ApiGatewayV2::Authorizer',
      authorizerOf(auth, logicalId),
      [...path, 'Auth'],
    );
    const { AuthArn: authorizer, InvokeRole: role } = auth;
    if (authorizer !== undefined && role === undefined) {
      entries.push(
        authorizerPermission(entry, `${logicalId}AuthorizerPermission`, authorizer, [
          ...path,
          'Auth',
        ]),
      );
    }
  }
  const domain = domainOf(entry, stageId, context);
  return {
    entries: [...entries, ...domain.entries],
    aliases: { ...domain.aliases, [`${logicalId}.Stage`]: stageId },
    patterns: domain.patterns ?? [],
  };
}

function apiProperties(properties: JsonObject, logicalId: string): JsonObject {
  const known = ['Name', 'RouteSelectionExpression', 'Description', 'DisableExecuteApiEndpoint'];
  return {
    Name: logicalId,
    ProtocolType: 'WEBSOCKET',
    ...Object.fromEntries(Object.entries(properties).filter(([name]) => known.includes(name))),
  };
}

/**
 * Gives the part of an id for a route key. `connect`, `Connect` and `$connect` all become
 * `Connect`, because SAM uses Python's `capitalize`.
 */
function generatedKey(routeKey: string): string | undefined {
  const name = ['$connect', '$disconnect', '$default'].includes(routeKey)
    ? routeKey.slice(1)
    : routeKey;
  if (!/^[A-Za-z0-9]+$/.test(name)) return undefined;
  return name.slice(0, 1).toUpperCase() + name.slice(1).toLowerCase();
}

/** Adds the settings of `Auth` to the route `$connect`. */
function authorize(
  entry: ResourceEntry,
  auth: Json | undefined,
  routes: Json | undefined,
  { diagnostics }: ExpansionContext,
): JsonObject {
  if (auth === undefined) return {};
  const path = [...entry.path, 'Auth'];
  if (!isObject(auth)) {
    diagnostics.error(path, `expected a map with an AuthType, got ${show(auth)}`);
    return {};
  }
  checkNames(auth, webSocketApiAuth, path, diagnostics);
  if (isObject(routes) && !('$connect' in routes)) {
    diagnostics.error(path, 'there is authorization only on a $connect route, which is missing');
  }
  const type = auth.AuthType;
  if (type === 'CUSTOM') {
    if (auth.AuthArn === undefined) diagnostics.error(path, 'AuthArn is missing');
    return {
      AuthorizationType: 'CUSTOM',
      AuthorizerId: { Ref: `${entry.logicalId}ConnectAuthorizer` },
    };
  }
  if (type !== 'AWS_IAM' && type !== 'NONE') {
    diagnostics.error([...path, 'AuthType'], `expected NONE, AWS_IAM or CUSTOM, got ${show(type)}`);
    return {};
  }
  return { AuthorizationType: type };
}

function authorizerOf(auth: JsonObject, logicalId: string): JsonObject {
  const { AuthArn: uri, IdentitySource: source, InvokeRole: role, Name: name } = auth;
  return {
    AuthorizerType: 'REQUEST',
    Name: name ?? `${logicalId}ConnectAuthorizer`,
    ...(uri === undefined ? {} : { AuthorizerUri: uri }),
    ...(role === undefined ? {} : { AuthorizerCredentialsArn: role }),
    ...(source === undefined ? {} : { IdentitySource: source }),
  };
}
