import type { ResourceEntry } from '../entries.ts';
import { isObject, type Json, type JsonObject } from '../json.ts';
import type { Expansion, ExpansionContext } from './expansion.ts';
import { generated } from './generated.ts';

/** A REST API of the template, with the logical id of its stage. */
interface RestApi {
  readonly entry: ResourceEntry;
  readonly stageId: string;
}

/**
 * Makes the usage plan and the API key of a REST API, or those that all APIs with `CreateUsagePlan:
 * SHARED` share (samtranslator/model/api/api_generator.py of SAM translator 1.115).
 *
 * @param all the REST APIs of the template
 */
export function usagePlanOf(
  api: RestApi,
  all: readonly RestApi[],
  context: ExpansionContext,
): Expansion {
  const { entry, stageId } = api;
  const { logicalId } = entry;
  const kind = kindOf(entry, context);
  if (kind !== 'PER_API' && kind !== 'SHARED') return { entries: [] };
  const isShared = kind === 'SHARED';
  const prefix = isShared ? 'Serverless' : logicalId;
  const stages = isShared ? all.filter((one) => kindOf(one.entry, context) === kind) : [api];
  const properties: Readonly<Record<string, JsonObject>> = {
    UsagePlan: { ...limitsOf(entry), ApiStages: stages.map(stageOf) },
    ApiKey: { Enabled: true },
    UsagePlanKey: {
      KeyId: { Ref: `${prefix}ApiKey` },
      KeyType: 'API_KEY',
      UsagePlanId: { Ref: `${prefix}UsagePlan` },
    },
  };
  const names = Object.keys(properties);
  return {
    entries: names.map((name) => {
      const made = generated(entry, `${prefix}${name}`, `AWS::ApiGateway::${name}`, {
        properties: properties[name] ?? {},
        references: { Ref: stageId },
      });
      // A shared usage plan exists if one of the APIs exists.
      const { condition: _condition, ...unconditional } = made;
      return isShared ? unconditional : made;
    }),
    aliases: Object.fromEntries(names.map((name) => [`${logicalId}.${name}`, `${prefix}${name}`])),
  };
}

function planOf({ properties: { Auth } }: ResourceEntry): JsonObject {
  const plan = isObject(Auth) ? Auth.UsagePlan : undefined;
  return isObject(plan) ? plan : {};
}

function kindOf(entry: ResourceEntry, { diagnostics, resolver }: ExpansionContext) {
  const value = planOf(entry).CreateUsagePlan ?? null;
  const path = [...entry.path, 'Auth', 'UsagePlan', 'CreateUsagePlan'];
  return diagnostics.attempt(() => resolver.resolve(value, path));
}

/**
 * Gives the limits of an API's usage plan. If APIs share a plan, the last one that has a limit sets
 * it.
 */
function limitsOf(entry: ResourceEntry): JsonObject {
  const plan = planOf(entry);
  return Object.fromEntries(
    ['Quota', 'Throttle'].flatMap((name) => (plan[name] === undefined ? [] : [[name, plan[name]]])),
  );
}

function stageOf({ entry: { logicalId, condition }, stageId }: RestApi): Json {
  const stage: JsonObject = { ApiId: { Ref: logicalId }, Stage: { Ref: stageId } };
  return condition === undefined
    ? stage
    : { 'Fn::If': [condition, stage, { Ref: 'AWS::NoValue' }] };
}
