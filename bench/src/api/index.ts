import { takeTurns, toRows, type Bench, type Sample } from '../harness/index.ts';
import { httpEvent } from '../stack/index.ts';
import { measureFunctionCpu } from './function-cpu.ts';
import { runClients } from './load.ts';
import { metrics, metricsOf, ratiosAgainst } from './metrics.ts';
import { prepareSetting, type Setting } from './setting.ts';
import { requestOf, workloadNames, type WorkloadName } from './workloads.ts';

const OURS = 'ours';
const BARE_DYNAMODB = 'bare Hono, DynamoDB';
const BARE = 'bare Hono';
const LIMIT = 'bare Hono, no gateway';

const connections = 16;
const warmUps = 300;

interface ApiVariant {
  readonly name: string;
  readonly origin: string;
  /** The prefix of the API's paths. */
  readonly base: string;
  /** The folder of the function's bundle; absent when there is no function. */
  readonly directory?: string;
  /** Whether it writes comments to the table, which the stack then counts. */
  readonly writesComments: boolean;
}

/** Rates, latencies and processor time of the REST API, next to those of Hono alone. */
export const bench: Bench = {
  summary: 'the REST API: feed, comments, writing; next to bare Hono handlers',
  async run({ rounds, quick, workDirectory }) {
    const setting = await prepareSetting(workDirectory);
    const measureMs = quick ? 1000 : 3000;
    try {
      const samples = await takeTurns(
        variantsOf(setting).map((variant) => ({
          name: variant.name,
          measure: () => measureVariant(variant, setting, measureMs, workDirectory),
        })),
        rounds ?? (quick ? 1 : 5),
      );
      return {
        metrics,
        rows: toRows(samples),
        ratios: {
          ...ratiosAgainst('rate', OURS, BARE, 'vs_bare'),
          ...ratiosAgainst('rate', OURS, BARE_DYNAMODB, 'vs_bare_dynamodb'),
          ...ratiosAgainst('rate', OURS, LIMIT, 'vs_limit'),
          ...ratiosAgainst('cpu', OURS, BARE, 'vs_bare'),
          ...ratiosAgainst('cpu', OURS, BARE_DYNAMODB, 'vs_bare_dynamodb'),
        },
        comparison: { ours: OURS, baseline: BARE_DYNAMODB },
        notes: [],
      };
    } finally {
      await setting.stop();
    }
  },
};

function variantsOf({ gatewayUrl, bareServerUrl, apiBundle, bareBundle }: Setting): ApiVariant[] {
  const bare = { origin: gatewayUrl, directory: bareBundle };
  return [
    { name: OURS, origin: gatewayUrl, base: '', directory: apiBundle, writesComments: true },
    { name: BARE_DYNAMODB, ...bare, base: '/bench/dynamodb', writesComments: true },
    { name: BARE, ...bare, base: '/bench/canned', writesComments: false },
    { name: LIMIT, origin: bareServerUrl, base: '/bench/canned', writesComments: false },
  ];
}

async function measureVariant(
  variant: ApiVariant,
  setting: Setting,
  measureMs: number,
  workDirectory: string,
): Promise<Sample> {
  const sample: Record<string, number> = {};
  for (const workload of workloadNames) {
    const postId = workload === 'write' ? await setting.createPost() : setting.postToRead;
    const request = requestOf(workload, variant.base, postId);
    const authorizations = workload === 'write' ? setting.users : [];
    const { rate, p50, p99, cpu } = metricsOf(workload);
    const result = await runClients({
      ...{ origin: variant.origin, request, authorizations, connections, measureMs },
      warmUpMs: measureMs / 2,
    });
    sample[rate.key] = result.perSecond;
    sample[p50.key] = result.p50Ms;
    sample[p99.key] = result.p99Ms;
    // Otherwise the stack's work after the writes would be measured with the next variant.
    const isCounted = workload === 'write' && variant.writesComments;
    if (isCounted) await setting.awaitCount(postId, result.accepted);

    if (variant.directory === undefined) continue;
    const { cpuMicros, requests } = await measureFunctionCpu({
      ...{ directory: variant.directory, status: request.status, warmUps, workDirectory },
      environment: setting.environment,
      events: eventsOf(workload, variant, postId, authorizations),
      measureMs: measureMs / 2,
    });
    sample[cpu.key] = cpuMicros;
    if (isCounted) await setting.awaitCount(postId, result.accepted + warmUps + requests);
  }
  return sample;
}

function eventsOf(
  workload: WorkloadName,
  { base }: ApiVariant,
  postId: string,
  authorizations: readonly string[],
): unknown[] {
  const { method, path, body } = requestOf(workload, base, postId);
  if (authorizations.length === 0) return [httpEvent(method, path, body)];
  return authorizations.map((authorization) => httpEvent(method, path, body, { authorization }));
}
