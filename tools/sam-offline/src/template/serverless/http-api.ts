import type { ResourceEntry } from '../entries.ts';
import type { Json, JsonObject } from '../json.ts';
import { apiOfEvent, eventsOf } from './events.ts';
import type { Expansion, ExpansionContext } from './expansion.ts';

/** The APIs that SAM makes for events which name none: `ServerlessHttpApi` and `ServerlessRestApi`. */
export function implicitApis(
  written: readonly ResourceEntry[],
  { globals }: ExpansionContext,
): ResourceEntry[] {
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

/** An HTTP API and its stage. */
export function expandHttpApi(entry: ResourceEntry, written: readonly ResourceEntry[]): Expansion {
  const stageName = entry.properties.StageName ?? '$default';
  const part = stageName === '$default' ? 'ApiGatewayDefault' : stagePart(stageName);
  return withStage(
    entry,
    written,
    `${entry.logicalId}${part}Stage`,
    'AWS::ApiGatewayV2::Stage',
    stageName,
  );
}

/** A REST API, its stage and its deployment. */
export function expandRestApi(entry: ResourceEntry, written: readonly ResourceEntry[]): Expansion {
  const stageName = entry.properties.StageName ?? 'Prod';
  const stageId = `${entry.logicalId}${stagePart(stageName)}Stage`;
  const expansion = withStage(entry, written, stageId, 'AWS::ApiGateway::Stage', stageName);
  const deployment: ResourceEntry = {
    ...entry,
    logicalId: `${entry.logicalId}Deployment`,
    type: 'AWS::ApiGateway::Deployment',
    properties: {},
    references: { Ref: entry.logicalId },
    generatedBy: entry.logicalId,
  };
  return {
    ...expansion,
    entries: [...expansion.entries, deployment],
    aliases: { ...expansion.aliases, [`${entry.logicalId}.Deployment`]: deployment.logicalId },
    hashed: { ...expansion.hashed, [deployment.logicalId]: deployment },
  };
}

function withStage(
  entry: ResourceEntry,
  written: readonly ResourceEntry[],
  stageId: string,
  type: string,
  stageName: Json,
): Expansion {
  const properties: JsonObject = { ApiId: { Ref: entry.logicalId }, StageName: stageName };
  const stage: ResourceEntry = {
    ...entry,
    logicalId: stageId,
    type,
    properties,
    generatedBy: entry.logicalId,
  };
  return {
    entries: [
      {
        ...entry,
        embeds: usersOf(entry.logicalId, written).map((user) => user.logicalId),
      },
      stage,
    ],
    aliases: { [`${entry.logicalId}.Stage`]: stageId },
    // A name with other characters than letters and digits is not in the id: a hash is.
    hashed: { [`${entry.logicalId}Stage`]: stage },
  };
}

function usersOf(apiLogicalId: string, written: readonly ResourceEntry[]): ResourceEntry[] {
  return written.filter((entry) =>
    eventsOf(entry).some((event) => apiOfEvent(event) === apiLogicalId),
  );
}

/** SAM puts a stage's name into the generated id if it is a text of its own. */
function stagePart(stageName: Json): string {
  return typeof stageName === 'string' && /^[A-Za-z0-9]*$/.test(stageName) ? stageName : '';
}
