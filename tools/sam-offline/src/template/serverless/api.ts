import type { ResourceEntry } from '../entries.ts';
import type { Json, JsonObject } from '../json.ts';
import { domainOf } from './domain.ts';
import { apiOfEvent, eventsOf } from './events.ts';
import type { Expansion, ExpansionContext } from './expansion.ts';
import { generated, hashed } from './generated.ts';
import { authorizerPermissions } from './invoke-permission.ts';
import { usagePlanOf } from './usage-plan.ts';

/** The APIs that SAM makes for events which name none: `ServerlessHttpApi` and `ServerlessRestApi`. */
export function implicitApis({ globals, written }: ExpansionContext): ResourceEntry[] {
  const kinds = [
    { logicalId: 'ServerlessHttpApi', kind: 'HttpApi', properties: {} },
    { logicalId: 'ServerlessRestApi', kind: 'Api', properties: { StageName: 'Prod' } },
  ];
  return kinds.flatMap(({ logicalId, kind, properties }) => {
    const users = usersOf(logicalId, written);
    if (users.length === 0 || written.some((entry) => entry.logicalId === logicalId)) return [];
    const type = `AWS::Serverless::${kind}`;
    // It exists as soon as one of the functions does; a condition of its own would need an Or.
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

/** Properties of an API that are the stage's, its domain's or its usage plan's: the API does not wait for them. */
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

/** An HTTP API, its stage, its domain name, and the permissions of its authorizers. */
export function expandHttpApi(entry: ResourceEntry, context: ExpansionContext): Expansion {
  const stageName = entry.properties.StageName ?? '$default';
  return withStage(entry, context, {
    id: `${entry.logicalId}${stageName === '$default' ? 'ApiGatewayDefault' : stagePart(stageName)}Stage`,
    type: 'AWS::ApiGatewayV2::Stage',
    name: stageName,
  });
}

/** A REST API, its stage, its deployment, its domain name, its usage plan, and the permissions of its authorizers. */
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
    // A name with other characters than letters and digits is not in the id: a hash is.
    patterns: [hashed(`${logicalId}Stage`, stage), ...(domain.patterns ?? [])],
  };
}

function usersOf(apiLogicalId: string, written: readonly ResourceEntry[]): ResourceEntry[] {
  return written.filter((entry) =>
    eventsOf(entry).some((event) => apiOfEvent(event) === apiLogicalId),
  );
}

/** SAM puts a stage's name into the generated id if it is a text of letters and digits; the value of a parameter it does not look at. */
function stagePart(stageName: Json): string {
  return typeof stageName === 'string' && /^[A-Za-z0-9]*$/.test(stageName) ? stageName : '';
}
