import type { Alarms } from '../alarms/index.ts';
import type { Insights } from '../insights/index.ts';
import type { Principal } from '../signature/index.ts';
import type { AwsCall, AwsResponse } from './call.ts';
import { createCloudWatch } from './cloudwatch/index.ts';
import { createLogs } from './logs/index.ts';
import { createXRay } from './xray/index.ts';

/** The source of the responses of CloudWatch, CloudWatch Logs and X-Ray. */
export interface ObservabilityTarget {
  readonly insights: Insights;
  readonly alarms: Alarms;
  readonly accountId: string;
  /** Log groups of the stack's functions, which exist from the start. */
  readonly logGroups: readonly string[];
  /** ms since 1970. */
  readonly nowMs: () => number;
}

/** @param principal who signed; undefined for the few calls that need no signature */
export type ServiceHandler = (
  call: AwsCall,
  principal: Principal | undefined,
) => Promise<AwsResponse>;

/** The services that read and write what the run has observed, by their names in signatures. */
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
