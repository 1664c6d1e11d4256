import {
  metric,
  takeTurns,
  toRow,
  type Bench,
  type Metric,
  type RatioDefinition,
  type Sample,
} from '../harness/index.ts';
import { buildBundles } from '../stack/index.ts';
import {
  BARE_PUSHES,
  CHUNKED,
  connectAll,
  LIMIT,
  OURS,
  SAMPLE,
  type BroadcastVariant,
} from './variants.ts';

const timeoutMs = 60_000;

/**
 * Measures the time from a broadcast's request until the last of many WebSocket clients has the
 * event.
 */
export const bench: Bench = {
  summary:
    'a broadcast to 1,000 and 5,000 clients: ours, AWS’s sample, chunks, bare pushes, a bare ws loop',
  async run({ rounds, quick, workDirectory }) {
    buildBundles();
    const counts = quick ? [200, 1000] : [1000, 5000];
    const samples = new Map<string, Sample[]>();
    for (const count of counts) {
      console.log(`${count} clients: connecting`);
      const measured = await measureCount(count, rounds ?? (quick ? 1 : 5), workDirectory);
      for (const [name, values] of measured) {
        samples.set(name, [...(samples.get(name) ?? []), ...values]);
      }
    }
    const rows = [...samples].map(([name, values]) => {
      const row = toRow(name, values);
      return { ...row, rounds: row.rounds / counts.length };
    });
    return {
      metrics: counts.flatMap((count) => Object.values(metricsOf(count))),
      rows,
      ratios: Object.assign(
        {},
        ...counts.map((count, index) => ratiosOf(count, index === counts.length - 1)),
      ) as Record<string, RatioDefinition>,
      comparison: { ours: OURS, baseline: SAMPLE },
      notes: [],
    };
  },
};

function metricsOf(count: number) {
  const clients = `${count.toLocaleString('en-US')} clients`;
  const ofCount = (key: string, label: string, unit: string, better: Metric['better']): Metric =>
    metric(`${key}${count}`, `${clients}: ${label}`, unit, better);
  return {
    last: ofCount('lastMs', 'request to last client', 'ms', 'lower'),
    first: ofCount('firstMs', 'request to first client', 'ms', 'lower'),
    response: ofCount('responseMs', 'request to response', 'ms', 'lower'),
    rate: ofCount('messagesPerSecond', 'messages received', '/s', 'higher'),
    memory: ofCount('peakMemoryMb', 'peak memory of the function (RSS)', 'MiB', 'lower'),
    readUnits: ofCount('readUnits', 'DynamoDB read units', '', 'lower'),
  };
}

/** The ratios of a count; those of the largest count have names without a number. */
function ratiosOf(count: number, isLargest: boolean): Record<string, RatioDefinition> {
  const suffix = isLargest ? '' : `_${count}`;
  const { last: metric } = metricsOf(count);
  return {
    [`vs_sample${suffix}`]: { metric, ours: OURS, baseline: SAMPLE },
    [`vs_chunked${suffix}`]: { metric, ours: OURS, baseline: CHUNKED },
    [`vs_limit${suffix}`]: { metric, ours: OURS, baseline: LIMIT },
    [`vs_bare_posts${suffix}`]: { metric, ours: OURS, baseline: BARE_PUSHES },
    [`bare_posts_vs_limit${suffix}`]: { metric, ours: BARE_PUSHES, baseline: LIMIT },
  };
}

async function measureCount(
  count: number,
  rounds: number,
  workDirectory: string,
): Promise<Map<string, Sample[]>> {
  const connected = await connectAll(count, workDirectory);
  const { variants } = connected;
  try {
    // Each variant runs once before measuring, so that there are no cold starts and the code is
    // compiled.
    for (const variant of variants) await measure(variant, count);
    return await takeTurns(
      variants.map((variant) => ({
        name: variant.name,
        measure: () => measure(variant, count),
      })),
      rounds,
      (text) => {
        console.log(`${count} clients, ${text}`);
      },
    );
  } finally {
    await connected.stop();
  }
}

async function measure(variant: BroadcastVariant, count: number): Promise<Sample> {
  const marker = `bench ${crypto.randomUUID()}`;
  const body = JSON.stringify({
    channel: 'all',
    type: 'announcement',
    data: { text: `${marker} ${'x'.repeat(128)}` },
  });
  const result = await variant.load.call('broadcast', {
    url: variant.url,
    body,
    marker,
    connections: count,
    timeoutMs,
  });
  if (result.status >= 300 || result.received < count) {
    throw new Error(
      `${variant.name}: ${result.received} of ${count} clients were reached; status ${result.status}: ${result.response}`,
    );
  }
  const { last, first, response, rate, memory, readUnits } = metricsOf(count);
  const peakMemoryMb = variant.peakMemoryMb();
  return {
    [last.key]: result.lastMs,
    [first.key]: result.firstMs,
    [response.key]: result.responseMs,
    [rate.key]: (count * 1000) / result.lastMs,
    ...(peakMemoryMb !== undefined && { [memory.key]: peakMemoryMb }),
    ...(variant.readUnits !== undefined && { [readUnits.key]: variant.readUnits }),
  };
}
