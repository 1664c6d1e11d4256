import { LIST_PRICES, totalOf } from '@blogapp/aws-prices';
import { metric, toRow, type Bench, type Metric, type Row, type Sample } from '../harness/index.ts';
import { buildBundles } from '../stack/index.ts';
import { broadcastTo, LIMIT, type BroadcastSize, type MillionResult } from './run.ts';

/**
 * About the time that a push to API Gateway takes (ms); in the other rows the sink responds at
 * once.
 */
const LATENCY_MS = 20;
/** The most memory of a worker beyond that of an idle one (MiB). */
const MEMORY_BUDGET_MB = 128;

const rate = metric(
  'acceptedPerSecond',
  'pushes accepted a second, beyond the burst',
  '/s',
  'higher',
);
const growth = metric('growthMb', 'a worker’s peak memory over its start (RSS)', 'MiB', 'lower');
const dollars = metric(
  'dollarsPerMillion',
  'cost of a million deliveries, list price',
  '$',
  'lower',
);
const metrics: readonly Metric[] = [
  rate,
  growth,
  metric('peakMb', 'a worker’s peak memory (RSS)', 'MiB'),
  metric('seconds', 'first push to last subscriber', 's'),
  metric('respondedSeconds', 'request to its 202', 's'),
  metric('throttledPercent', 'pushes with the response 429', '%'),
  metric('repeated', 'subscribers pushed to again'),
  metric('environments', 'execution environments that worked'),
  metric('invocations', 'invocations'),
  metric('gigabyteSeconds', 'billed time', 'GB-s'),
  metric('readUnits', 'DynamoDB read units'),
  metric('writeUnits', 'DynamoDB write units'),
  dollars,
];

const LIMITS = 'the limits';
const nameOf = ({ subscribers, latencyMs }: BroadcastSize): string =>
  subscribers.toLocaleString('en-US') + (latencyMs === 0 ? '' : `, ${latencyMs} ms away`);
const atOnce = (subscribers: number): BroadcastSize => ({ subscribers, latencyMs: 0 });

/** Measures one broadcast to a million subscribers, with a gateway that throttles as AWS does. */
export const bench: Bench = {
  summary: 'a broadcast to 1,000,000 subscribers with API Gateway’s throttle: rate, memory, cost',
  async run({ rounds = 1, quick, workDirectory }) {
    buildBundles();
    const small = atOnce(10_000);
    const large = atOnce(quick ? 50_000 : 1_000_000);
    const between = quick ? [] : [atOnce(100_000)];
    const sizes = [small, ...between, large, { ...large, latencyMs: LATENCY_MS }];
    const rows: Row[] = [];
    const notes: string[] = [];
    for (const size of sizes) {
      const samples: Sample[] = [];
      for (let round = 1; round <= rounds; round += 1) {
        console.log(`${nameOf(size)} subscribers: round ${round}/${rounds}`);
        const result = await broadcastTo(size, workDirectory);
        samples.push(sampleOf(result));
        if (size === large && round === rounds) notes.push(costNote(result));
      }
      rows.push(toRow(nameOf(size), samples));
    }
    const ours = nameOf(large);
    rows.push(toRow(LIMITS, [{ [rate.key]: LIMIT.rateLimit, [growth.key]: MEMORY_BUDGET_MB }]));
    return {
      metrics,
      rows,
      ratios: {
        vs_limit: { metric: rate, ours, baseline: LIMITS },
        memory_budget: { metric: growth, ours, baseline: LIMITS },
        memory_flat: { metric: growth, ours, baseline: nameOf(small) },
      },
      comparison: { ours, baseline: LIMITS },
      notes,
    };
  },
};

function sampleOf({ sink, workers, usage, cost, ...result }: MillionResult): Sample {
  const accepted = sink.delivered + sink.gone;
  const seconds = sink.spreadMs / 1000;
  const total = totalOf(cost);
  return {
    [rate.key]: (accepted - LIMIT.burstLimit) / seconds,
    [growth.key]: workers.growthMb,
    peakMb: workers.peakMb,
    seconds,
    respondedSeconds: result.respondedAfterMs / 1000,
    throttledPercent: (100 * sink.throttled) / sink.requests,
    repeated: accepted - sink.reached,
    environments: workers.workers,
    invocations: result.invocations,
    gigabyteSeconds: usage.gigabyteSecond,
    readUnits: usage.readUnit,
    writeUnits: usage.writeUnit,
    [dollars.key]: (total * 1_000_000) / sink.delivered,
  };
}

function costNote({ sink, cost }: MillionResult): string {
  const parts = Object.entries(cost).map(
    ([service, part]) => `${service} $${((part * 1_000_000) / sink.delivered).toFixed(4)}`,
  );
  return `a million deliveries: ${parts.join(', ')} (list prices of ${LIST_PRICES.region}; sources in libs/aws-prices)`;
}
