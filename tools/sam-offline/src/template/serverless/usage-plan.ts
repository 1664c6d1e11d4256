import type { ResourceEntry } from '../entries.ts';
import { isObject } from '../json.ts';
import type { Expansion, ExpansionContext } from './expansion.ts';
import { generated } from './generated.ts';

/**
 * The usage plan of a REST API with an API key, or the one that all APIs with `CreateUsagePlan: SHARED` have
 * together (samtranslator/model/api/api_generator.py of SAM translator 1.115).
 *
 * @param stageId logical id of the stage
 */
export function usagePlanOf(
  entry: ResourceEntry,
  stageId: string,
  { diagnostics, resolver }: ExpansionContext,
): Expansion {
  const { logicalId, path } = entry;
  const auth = entry.properties.Auth;
  const plan = isObject(auth) ? auth.UsagePlan : undefined;
  const value = isObject(plan) ? (plan.CreateUsagePlan ?? null) : null;
  const kind = diagnostics.attempt(() =>
    resolver.resolve(value, [...path, 'Auth', 'UsagePlan', 'CreateUsagePlan']),
  );
  if (kind !== 'PER_API' && kind !== 'SHARED') return { entries: [] };
  const isShared = kind === 'SHARED';
  const prefix = isShared ? 'Serverless' : logicalId;
  const names = ['UsagePlan', 'ApiKey', 'UsagePlanKey'];
  return {
    entries: names.map((name) => {
      const made = generated(entry, `${prefix}${name}`, `AWS::ApiGateway::${name}`, {
        references: { Ref: stageId },
      });
      // A shared one exists as soon as one of the APIs does.
      const { condition: _condition, ...unconditional } = made;
      return isShared ? unconditional : made;
    }),
    aliases: Object.fromEntries(names.map((name) => [`${logicalId}.${name}`, `${prefix}${name}`])),
  };
}
