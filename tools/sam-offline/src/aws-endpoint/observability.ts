import type { Alarms } from '../alarms/index.ts';
import type { Insights } from '../insights/index.ts';
import type { Principal } from '../signature/index.ts';
import type { AwsCall, AwsResponse } from './call.ts';
import { createCloudWatch } from './cloudwatch/index.ts';
import { createLogs } from './logs/index.ts';
import { createXRay } from './xray/index.ts';

/** The data for CloudWatch, CloudWatch Logs and X-Ray. */
export interface ObservabilityTarget {
  readonly insights: Insights;
  readonly alarms: Alarms;
  readonly accountId: string;
  /** The log groups of the stack's functions, which exist from the start. */
  readonly logGroups: readonly string[];
  /** Gives the current time in ms since 1970. */
  readonly nowMs: () => number;
}

/**
 * Serves the calls of a service.
 * @param principal the signer; undefined for the few calls that need no signature
 */
export type ServiceHandler = (
  call: AwsCall,
  principal: Principal | undefined,
) => Promise<AwsResponse>;

/** Makes the services for the observed data of the run, by their names in the signature's scope. */
export function createObservability(
  target: ObservabilityTarget,
  region: string,
): ReadonlyMap<string, ServiceHandler> {
  return new Map([
    ['monitoring', createCloudWatch(target)],
    ['logs', createLogs({ ...target, region })],
    ['xray', createXRay(target)],
  ]);
}
