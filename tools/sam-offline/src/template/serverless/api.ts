import type { ResourceEntry } from '../entries.ts';
import type { Json, JsonObject } from '../json.ts';
import { domainOf } from './domain.ts';
import { apiOfEvent, eventsOf } from './events.ts';
import type { Expansion, ExpansionContext } from './expansion.ts';
import { generated, hashed } from './generated.ts';
import { authorizerPermissions } from './invoke-permission.ts';
import { usagePlanOf } from './usage-plan.ts';

/**
 * Makes the implicit APIs `ServerlessHttpApi` and `ServerlessRestApi`, which SAM makes for events
 * that name no API.
 */
export function implicitApis({ globals, written }: ExpansionContext): ResourceEntry[] {
  const kinds = [
    { logicalId: 'ServerlessHttpApi', kind: 'HttpApi', properties: {} },
    { logicalId: 'ServerlessRestApi', kind: 'Api', properties: { StageName: 'Prod' } },
  ];
  return kinds.flatMap(({ logicalId, kind, properties }) => {
    const users = usersOf(logicalId, written);
    if (users.length === 0 || written.some((entry) => entry.logicalId === logicalId)) return [];
    const type = `AWS::Serverless::${kind}`;
    // The API exists if one of the functions exists. A condition for it would need an Or.
    const condition = users.every((user) => user.condition === users[0]?.condition)
      ? users[0]?.condition
      : undefined;
    return [
      {
        logicalId,
        type,
        properties: globals.apply(type, properties, undefined),
        path: ['Globals', kind],
        metadata: {},
        ...(condition === undefined ? {} : { condition }),
        dependsOn: [],
        generatedBy: users[0]?.logicalId ?? logicalId,
      },
    ];
  });
}

/**
 * The properties that belong to the API's stage, domain or usage plan. The API does not depend on
 * their references.
 */
const ofOtherResources: readonly string[] = [
  'AccessLogSetting',
  'AccessLogSettings',
  'CacheClusterEnabled',
  'CacheClusterSize',
  'CanarySetting',
  'DefaultRouteSettings',
  'Domain',
  'MethodSettings',
  'RouteSettings',
  'StageName',
  'StageVariables',
  'TracingEnabled',
  'Variables',
];

/**
 * Expands an HTTP API into the API, its stage, its domain name, and the permissions of its
 * authorizers.
 */
export function expandHttpApi(entry: ResourceEntry, context: ExpansionContext): Expansion {
  const stageName = entry.properties.StageName ?? '$default';
  return withStage(entry, context, {
    id: `${entry.logicalId}${stageName === '$default' ? 'ApiGatewayDefault' : stagePart(stageName)}Stage`,
    type: 'AWS::ApiGatewayV2::Stage',
    name: stageName,
  });
}

/**
 * Expands a REST API into the API, its stage, its deployment, its domain name, its usage plan, and
 * the permissions of its authorizers.
 */
export function expandRestApi(entry: ResourceEntry, context: ExpansionContext): Expansion {
  const { logicalId } = entry;
  const name = entry.properties.StageName ?? 'Prod';
  const stage = { id: restStageId(entry), type: 'AWS::ApiGateway::Stage', name };
  const expansion = withStage(entry, context, stage);
  const deployment = generated(entry, `${logicalId}Deployment`, 'AWS::ApiGateway::Deployment', {
    references: { Ref: logicalId },
  });
  const all = [...context.written, ...implicitApis(context)]
    .filter(({ type }) => type === 'AWS::Serverless::Api')
    .map((one) => ({ entry: one, stageId: restStageId(one) }));
  const plan = usagePlanOf({ entry, stageId: stage.id }, all, context);
  return {
    entries: [...expansion.entries, deployment, ...plan.entries],
    aliases: {
      ...expansion.aliases,
      ...plan.aliases,
      [`${logicalId}.Deployment`]: deployment.logicalId,
    },
    patterns: [...(expansion.patterns ?? []), hashed(deployment.logicalId, deployment)],
  };
}

function restStageId({ logicalId, properties }: ResourceEntry): string {
  return `${logicalId}${stagePart(properties.StageName ?? 'Prod')}Stage`;
}

interface GeneratedStage {
  readonly id: string;
  readonly type: string;
  readonly name: Json;
}

function withStage(
  entry: ResourceEntry,
  context: ExpansionContext,
  { id, type, name }: GeneratedStage,
): Expansion {
  const { logicalId, properties } = entry;
  const own = Object.entries(properties).filter(
    ([property]) => !ofOtherResources.includes(property),
  );
  const ofStage = Object.entries(properties).filter(
    ([property]) => ofOtherResources.includes(property) && property !== 'Domain',
  );
  const reference: JsonObject = { Ref: logicalId };
  const stage = generated(entry, id, type, {
    properties: { ApiId: reference, StageName: name },
    references: [reference, Object.fromEntries(ofStage)],
  });
  const domain = domainOf(entry, id, context);
  return {
    entries: [
      {
        ...entry,
        references: Object.fromEntries(own),
        embeds: usersOf(logicalId, context.written).map((user) => user.logicalId),
      },
      stage,
      ...authorizerPermissions(entry),
      ...domain.entries,
    ],
    aliases: { [`${logicalId}.Stage`]: id, ...domain.aliases },
    // If a name contains other characters than letters and digits, the id contains a hash of it.
    patterns: [hashed(`${logicalId}Stage`, stage), ...(domain.patterns ?? [])],
  };
}

function usersOf(apiLogicalId: string, written: readonly ResourceEntry[]): ResourceEntry[] {
  return written.filter((entry) =>
    eventsOf(entry).some((event) => apiOfEvent(event) === apiLogicalId),
  );
}

/**
 * Gives the stage's part of a generated id. SAM uses the name if it is a string of letters and
 * digits. It does not resolve parameters.
 */
function stagePart(stageName: Json): string {
  return typeof stageName === 'string' && /^[A-Za-z0-9]*$/.test(stageName) ? stageName : '';
}
