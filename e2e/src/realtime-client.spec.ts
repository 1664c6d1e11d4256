import { createRealtimeClient, type RealtimeClient } from '@blogapp/realtime-client';
import { CuttableNetwork } from '@blogapp/realtime-client/raw';
import type { ServerEvent } from '@blogapp/shared-types';
import { signIn, type SignedIn } from './support/sign-in.ts';
import { readTarget } from './support/target.ts';

const target = readTarget();
/** These tests cut the network, which is not possible for a deployed stack. */
const testLocally = target.WebSocketUrl.startsWith('ws:') ? test : test.skip;

let bob: SignedIn;
let postId: string;
let network: CuttableNetwork | undefined;
let client: RealtimeClient | undefined;

/** Collects what a subscriber receives, and waits for it. */
class Told {
  readonly events: ServerEvent[] = [];
  truncations = 0;
  #check: () => void = () => undefined;

  subscribe(subscriber: RealtimeClient, since?: string): void {
    subscriber.onStateChange(() => {
      this.#check();
    });
    subscriber.subscribe(`post:${postId}`, {
      since,
      onEvent: (event) => {
        this.events.push(event);
        this.#check();
      },
      onTruncated: () => {
        this.truncations += 1;
        this.#check();
      },
    });
  }

  get comments(): string[] {
    return this.events.filter(({ type }) => type.startsWith('comment.')).map(({ id }) => id);
  }

  async until(fits: () => boolean): Promise<void> {
    await new Promise<void>((done) => {
      this.#check = () => {
        if (fits()) done();
      };
      this.#check();
    });
  }
}

const comment = async (body: string): Promise<string> =>
  (await bob.api.comments.create(postId, { body })).changeId;

beforeEach(async () => {
  bob = await signIn(target);
  ({ postId } = (await bob.api.posts.create({ title: 'Live', body: 'x' })).post);
});

afterEach(async () => {
  client?.close();
  await network?.close();
  network = undefined;
});

testLocally(
  'a reader whose network fails for a while gets every comment once, and in order',
  async () => {
    network = await CuttableNetwork.to(target.WebSocketUrl);
    client = createRealtimeClient({
      url: network.url,
      token: () => bob.token,
    });
    const told = new Told();
    told.subscribe(client, postId);
    await told.until(() => client?.state.status === 'open');
    const written = [await comment('one')];
    await told.until(() => told.comments.length === 1);

    network.cut();
    await told.until(() => client?.state.status === 'waiting');
    for (const body of ['two', 'three', 'four']) written.push(await comment(body));
    network.restore();
    client.reconnect();
    await told.until(() => told.comments.length === 4);
    written.push(await comment('five'));
    await told.until(() => told.comments.length === 5);
    expect([told.comments, told.truncations]).toEqual([written, 0]);
  },
);

test('a reader who was away for too long is told to load, and gets the later events', async () => {
  client = createRealtimeClient({ url: target.WebSocketUrl });
  const told = new Told();
  told.subscribe(client, '01ARZ3NDEKTSV4RRFFQ69G5FAV');
  await told.until(() => told.truncations === 1);
  const id = await comment('one');
  await told.until(() => told.comments.length === 1);
  expect(told.comments).toEqual([id]);
});
