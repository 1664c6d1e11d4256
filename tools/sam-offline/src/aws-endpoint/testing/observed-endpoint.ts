import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Alarms, startAlarms } from '../../alarms/index.ts';
import { createEventBus, type EventBus } from '../../events/index.ts';
import { logGroupOf } from '../../ids/index.ts';
import { type Insights, openInsights } from '../../insights/index.ts';
import { createCredentialStore, operatorCredentials } from '../../signature/index.ts';
import type { Alarm } from '../../template/index.ts';
import { createAwsEndpoint } from '../index.ts';

export const REGION = 'ap-northeast-1';
export const ACCOUNT_ID = '123456789012';

/** An AWS endpoint for the facts of an event bus, without other services. */
export interface ObservedEndpoint {
  readonly bus: EventBus;
  readonly insights: Insights;
  readonly alarms: Alarms;
  /** The configuration for an SDK client's constructor. */
  readonly config: {
    readonly endpoint: string;
    readonly region: string;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
    readonly maxAttempts: number;
  };
  close(): Promise<void>;
}

/** Starts an AWS endpoint for the facts of an event bus. */
export async function startObservedEndpoint(
  functionNames: readonly string[] = [],
  templateAlarms: readonly Alarm[] = [],
): Promise<ObservedEndpoint> {
  const directory = mkdtempSync(join(tmpdir(), 'sam-offline-observed-'));
  const bus = createEventBus();
  const insights = openInsights({ directory, bus });
  const target = { region: REGION, accountId: ACCOUNT_ID, functions: [] };
  const alarms = startAlarms({
    ...{ alarms: templateAlarms, metrics: insights.metrics, events: bus },
    actions: { ...target, invokeAsync: () => undefined },
    // Only SetAlarmState changes states here.
    schedule: () => () => undefined,
  });
  const operator = operatorCredentials(ACCOUNT_ID);
  const endpoint = createAwsEndpoint({
    region: REGION,
    credentials: createCredentialStore([operator]),
    events: bus,
    observability: {
      insights,
      alarms,
      accountId: ACCOUNT_ID,
      logGroups: functionNames.map(logGroupOf),
      nowMs: () => Date.now(),
    },
  });
  const port = await endpoint.listen(0, '127.0.0.1');
  return {
    ...{ bus, insights, alarms },
    config: {
      endpoint: `http://127.0.0.1:${port}`,
      region: REGION,
      credentials: operator,
      maxAttempts: 1,
    },
    async close() {
      await endpoint.close();
      await insights.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
