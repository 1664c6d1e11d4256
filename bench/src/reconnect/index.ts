import { createApiClient } from '@blogapp/api-client';
import { CuttableNetwork } from '@blogapp/realtime-client/raw';
import { postChannel } from '@blogapp/shared-types';
import { setTimeout as delay } from 'node:timers/promises';
import {
  metric,
  takeTurns,
  toRows,
  type Bench,
  type Metric,
  type Sample,
} from '../harness/index.ts';
import { LoadProcess, type FollowRequest } from '../load/index.ts';
import { buildBundles, developmentUser, startProductStack } from '../stack/index.ts';

const OURS = 'realtime-client';
const PLAIN = 'partysocket';
/**
 * The number of comments, which are written one after the other from the moment when every
 * connection ends.
 */
const COMMENTS = 10;
const PAUSE_MS = 1_000;
/**
 * After this time without a change nothing more is expected (ms): it is longer than the longest
 * pause before a retry.
 */
const SILENCE_MS = 35_000;

const CONNECTED = metric(
  'connectedSeconds',
  'until the last client was connected again',
  's',
  'lower',
);
const metrics: readonly Metric[] = [
  metric('clients', 'clients that are dropped at once'),
  metric('neverBack', 'of them that never reconnected'),
  CONNECTED,
  metric('caughtUpSeconds', 'until the last had every comment', 's'),
  metric('connectsASecond', 'connects a second', '/s'),
  metric('mostASecond', 'connects in the fullest second'),
  metric('handshakes', 'handshakes for each client'),
  metric('owed', 'comments that they should have'),
  metric('missed', 'of them missed'),
  metric('repeated', 'shown twice'),
];

/**
 * Ends the connections of all clients of a post while comments are written, and measures when they
 * reconnect and what they miss.
 */
export const bench: Bench = {
  summary: 'clients that are dropped at once: until all are back, and what they missed',
  async run({ rounds, quick, workDirectory }) {
    buildBundles();
    const clients = quick ? 500 : 5_000;
    const variants = [
      { name: OURS, client: 'ours' as const },
      { name: PLAIN, client: 'plain' as const },
    ];
    const samples = await takeTurns(
      variants.map(({ name, client }) => ({
        name,
        measure: () => measure(client, clients, workDirectory),
      })),
      rounds ?? (quick ? 1 : 3),
    );
    return {
      metrics,
      rows: toRows(samples),
      ratios: { connected: { metric: CONNECTED, ours: OURS, baseline: PLAIN } },
      comparison: { ours: OURS, baseline: PLAIN },
      notes: [],
    };
  },
};

async function measure(
  client: FollowRequest['client'],
  clients: number,
  workDirectory: string,
): Promise<Sample> {
  const stack = await startProductStack(workDirectory);
  const load = new LoadProcess();
  const network = await CuttableNetwork.to(stack.outputs.WebSocketUrl);
  try {
    const token = developmentUser('bench').replace('Bearer ', '');
    const api = createApiClient({ baseUrl: stack.outputs.HttpApiUrl, token });
    const { postId } = (await api.posts.create({ title: 'Reconnect', body: 'x' })).post;
    const comment = async (body: string): Promise<string> =>
      (await api.comments.create(postId, { body })).changeId;
    const channel = postChannel(postId);
    await load.call('follow', {
      ...{ url: network.url, channel, since: postId },
      ...{ count: clients, inFlight: 100, client },
    });
    const ids = [await comment('before')];
    const before = await load.call('followed', { ids, silenceMs: SILENCE_MS });
    if (before.missed > 0)
      throw new Error(`${before.missed} clients miss what came before the drop`);

    const { connections } = network;
    network.cut();
    network.restore();
    for (let number = 1; number <= COMMENTS; number += 1) {
      ids.push(await comment(`comment ${number}`));
      await delay(PAUSE_MS);
    }
    const after = await load.call('followed', { ids, silenceMs: SILENCE_MS });
    stack.process.assertRunning();
    if (client === 'ours' && after.connected < clients) {
      throw new Error(`${clients - after.connected} of ${clients} clients never came back`);
    }
    if (client === 'ours' && after.missed + after.repeated > 0) {
      throw new Error(`${after.missed} comments missed, ${after.repeated} shown twice`);
    }
    return {
      clients,
      neverBack: clients - after.connected,
      connectedSeconds: after.connectedMs / 1000,
      ...(after.missed === 0 && { caughtUpSeconds: after.caughtUpMs / 1000 }),
      connectsASecond: clients / (after.connectedMs / 1000),
      mostASecond: after.mostASecond,
      handshakes: (network.connections - connections) / clients,
      owed: clients * ids.length,
      missed: after.missed,
      repeated: after.repeated,
    };
  } finally {
    await load.stop();
    await network.close();
    await stack.process.stop();
  }
}
