import type { ResourceEntry } from '../entries.ts';
import type { Json, JsonObject, Path } from '../json.ts';
import { isObject } from '../json.ts';
import { generated } from './generated.ts';
import { apiOfEvent, type FunctionEvent } from './events.ts';

/** The part of an API that may invoke a function. */
interface Invoker {
  /** The id of the API. */
  readonly api: Json;
  /** The stage; `*` for all stages. */
  readonly stage: Json;
  /** The route: `GET/posts/*`, or a route key of a WebSocket API. */
  readonly route: Json;
}

/** Makes the properties of the `AWS::Lambda::Permission` that SAM makes for a route. */
export function invokePermission(functionName: Json, { api, stage, route }: Invoker): JsonObject {
  return {
    Action: 'lambda:InvokeFunction',
    FunctionName: functionName,
    Principal: 'apigateway.amazonaws.com',
    SourceArn: {
      'Fn::Sub': [
        'arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${Api}/${Stage}/${Route}',
        { Api: api, Stage: stage, Route: route },
      ],
    },
  };
}

/** Makes the `AWS::Lambda::Permission` that SAM makes for the function of a Lambda authorizer. */
export function authorizerPermission(
  api: ResourceEntry,
  logicalId: string,
  functionName: Json,
  path: Path,
): ResourceEntry {
  return generated(api, logicalId, 'AWS::Lambda::Permission', {
    properties: {
      Action: 'lambda:InvokeFunction',
      FunctionName: functionName,
      Principal: 'apigateway.amazonaws.com',
      SourceArn: {
        'Fn::Sub': [
          'arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${Api}/authorizers/*',
          { Api: { Ref: api.logicalId } },
        ],
      },
    },
    path,
    writtenAs: { FunctionName: 'FunctionArn' },
  });
}

/**
 * Makes the permissions that SAM makes for the Lambda authorizers of an API: for REST APIs unless
 * `DisableFunctionDefaultPermissions` is set, and for HTTP APIs with
 * `EnableFunctionDefaultPermissions` (`_construct_authorizer_lambda_permission` of SAM translator
 * 1.110).
 */
export function authorizerPermissions(api: ResourceEntry): ResourceEntry[] {
  const { Auth: auth } = api.properties;
  const authorizers = isObject(auth) ? auth.Authorizers : undefined;
  if (!isObject(authorizers)) return [];
  return Object.entries(authorizers).flatMap(([name, authorizer]) => {
    if (!isObject(authorizer) || authorizer.FunctionArn === undefined) return [];
    const { DisableFunctionDefaultPermissions: isDisabled, FunctionArn: functionArn } = authorizer;
    const isMade =
      api.type === 'AWS::Serverless::Api'
        ? isDisabled !== true
        : authorizer.EnableFunctionDefaultPermissions === true;
    if (!isMade) return [];
    const id = `${api.logicalId}${name}AuthorizerPermission`;
    const path = [...api.path, 'Auth', 'Authorizers', name];
    return [authorizerPermission(api, id, functionArn, path)];
  });
}

/**
 * Makes the properties of the permission for an event of a function. They are empty for events of
 * types that are not emulated (`_construct_permission` in samtranslator/model/eventsources/push.py
 * of SAM translator 1.110).
 *
 * @param functionLogicalId the logical id of the function, or of its alias if it has one
 */
export function permissionOfEvent(event: FunctionEvent, functionLogicalId: string): JsonObject {
  const byService = (service: string, source: JsonObject): JsonObject => ({
    Action: 'lambda:InvokeFunction',
    FunctionName: { Ref: functionLogicalId },
    Principal: `${service}.amazonaws.com`,
    ...source,
  });
  switch (event.type) {
    case 'S3':
      return byService('s3', { SourceAccount: { Ref: 'AWS::AccountId' } });
    case 'SNS':
      return byService('sns', { SourceArn: event.properties.Topic ?? null });
    case 'Schedule':
    case 'CloudWatchEvent':
    case 'EventBridgeRule': {
      const rule = `${event.functionLogicalId}${event.name}`;
      return byService('events', { SourceArn: { 'Fn::GetAtt': [rule, 'Arn'] } });
    }
    case 'Api':
    case 'HttpApi':
      return ofApi(event, functionLogicalId);
    default:
      return {};
  }
}

function ofApi(event: FunctionEvent, functionLogicalId: string): JsonObject {
  const { ApiId: apiId, RestApiId: restApiId } = event.properties;
  const given = (event.type === 'Api' ? restApiId : apiId) ?? apiOfEvent(event) ?? '*';
  // SAM also accepts the logical id without a Ref. The id of an API has no capital letters.
  const api = typeof given === 'string' && /[A-Z]/.test(given) ? { Ref: given } : given;
  return invokePermission({ Ref: functionLogicalId }, { api, stage: '*', route: routeOf(event) });
}

/** Gives the route of an event. Path parameters become `*`, as in SAM's permissions. */
function routeOf({ type, properties: { Method: method, Path: path } }: FunctionEvent): Json {
  const isDefault = path === undefined || path === '/$default' || path === '$default';
  if (type === 'HttpApi' && isDefault) return '*';
  const isAny =
    typeof method === 'string' && /^(?:any|\*|x-amazon-apigateway-any-method)$/i.test(method);
  const permitted = isAny ? '*' : typeof method === 'string' ? method.toUpperCase() : method;
  const paths =
    typeof path === 'string'
      ? path.replace(/(.)\/$/, '$1').replaceAll(/\{[\w.-]+\+?\}/g, '*')
      : path;
  return { 'Fn::Join': ['', [permitted ?? '*', paths ?? '']] };
}
