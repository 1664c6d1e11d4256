import { createRealtimeClient, type RealtimeClient } from '../client.ts';
import { FakeBrowser, type Tab } from '../testing/browser.ts';
import { FakeClock } from '../testing/clock.ts';
import { CommentsTable } from '../testing/comments-table.ts';
import { CommentsView } from '../testing/comments-view.ts';
import { FakeServer, NO_FAULTS } from '../testing/server.ts';
import type { Step, Story } from './story.ts';

/** The result of a story. */
export interface StoryResult {
  /** How many views were compared with the table at the end. */
  readonly views: number;
  readonly events: number;
  /**
   * How many comments a view does not show, shows although they were deleted, or shows in an old
   * version.
   */
  readonly lost: number;
  /** How many events a view received more than once. */
  readonly repeated: number;
  /**
   * Other faults: several connections of one browser, errors in a tab, clients that are not open.
   */
  readonly problems: readonly string[];
}

interface Page {
  readonly tab: Tab;
  readonly client: RealtimeClient;
  readonly views: CommentsView[];
}

const MAX_TABS = 5;
/**
 * The time for clients to recover at the end (ms): longer than all time-outs and retries in
 * sequence.
 */
const HEALING_MS = 4 * 60_000;

/** After this time, the server has closed every connection whose client is gone (ms). */
const IDLE_LIMIT_MS = 11 * 60_000;

/** Plays a story to its end, removes all faults, and compares each view with the table. */
export async function playStory({ seed, sharesTabs, steps }: Story): Promise<StoryResult> {
  const world = new World(seed, sharesTabs);
  for (let tabs = 0; tabs < 3; tabs += 1) world.openPage();
  for (const step of steps) await world.play(step);
  return world.judge();
}

class World {
  readonly #clock = new FakeClock();
  readonly #random: () => number;
  readonly #tables = [
    new CommentsTable('post:01JDAAAAAAAAAAAAAAAAAAAAAA'),
    new CommentsTable('post:01JDBBBBBBBBBBBBBBBBBBBBBB'),
  ];
  readonly #server: FakeServer;
  readonly #browser: FakeBrowser;
  readonly #pages: Page[] = [];
  #comments = 0;

  constructor(seed: number, sharesTabs: boolean) {
    this.#random = randomFrom(seed);
    this.#server = new FakeServer(this.#clock, this.#random, this.#tables);
    this.#browser = new FakeBrowser(this.#clock, this.#server, this.#random, sharesTabs);
  }

  openPage(): void {
    const tab = this.#browser.openTab();
    const signedIn = this.#random() < 0.5;
    const client = createRealtimeClient(
      {
        url: 'wss://example.test/development',
        ...(signedIn && { token: () => Promise.resolve('a.b.c') }),
      },
      tab.environment,
    );
    const page = { tab, client, views: [] };
    this.#pages.push(page);
    this.#subscribe(page);
  }

  #subscribe(page: Page): void {
    const table = oneOf(this.#tables, this.#random());
    if (!table || !page.tab.isAlive || page.tab.isFrozen) return;
    page.views.push(
      new CommentsView(page.client, table, {
        tab: page.tab,
        clock: this.#clock,
        canLoad: () => !this.#server.faults.networkDown,
        loadsFirst: this.#random() < 0.5,
      }),
    );
  }

  async play({ name, pick }: Step): Promise<void> {
    const { faults, connections } = this.#server;
    const page = oneOf(this.#pages, pick);
    switch (name) {
      case 'create':
        this.#write(this.#newComment(), `comment ${pick}`, pick);
        break;
      case 'create many':
        for (let count = 0; count < 30; count += 1) {
          this.#write(this.#newComment(), `comment ${count}`, pick);
          await this.#clock.advance(pick * 20);
        }
        break;
      case 'edit':
      case 'delete': {
        const table = oneOf(this.#tables, this.#random());
        const commentId = table && oneOf(table.commentIds, pick);
        if (table?.visible().has(commentId ?? '')) {
          this.#server.write(table, commentId ?? '', name === 'edit' ? `edit ${pick}` : undefined);
        }
        break;
      }
      case 'wait a moment':
        await this.#clock.advance(pick * 3_000);
        return;
      case 'wait a minute':
        await this.#clock.advance(pick * 100_000);
        return;
      case 'wait two hours':
        await this.#clock.advance(pick * 9_000_000);
        return;
      case 'sleep for days':
        await this.#sleep(pick * 2 * 24 * 60 * 60_000);
        break;
      case 'reset':
        for (const connection of [...connections]) this.#server.reset(connection);
        break;
      case 'half-open':
        for (const connection of connections) connection.isHalfOpen = true;
        break;
      case 'network down':
        faults.networkDown = true;
        for (const connection of connections) connection.isHalfOpen = true;
        break;
      case 'network up':
        this.#networkUp();
        break;
      case 'server troubled':
        Object.assign(faults, { refuse: 0.5, hang: 0.1, duplicate: 0.3, late: 0.3, error: 0.2 });
        break;
      case 'server fine':
        Object.assign(faults, { ...NO_FAULTS, networkDown: faults.networkDown });
        break;
      case 'tokens refused':
        faults.tokensRefused = true;
        break;
      case 'open a tab':
        if (this.#pages.length < MAX_TABS) this.openPage();
        break;
      case 'close a tab':
        if (page && !page.tab.isFrozen) {
          page.client.close();
          this.#kill(page.tab);
        }
        break;
      case 'kill the leader':
        this.#kill(this.#browser.leader() ?? page?.tab);
        break;
      case 'freeze the leader':
        (this.#browser.leader() ?? page?.tab)?.freeze();
        break;
      case 'freeze a tab':
        page?.tab.freeze();
        break;
      case 'thaw all':
        for (const { tab } of this.#pages) tab.thaw();
        break;
      case 'hide a tab':
        page?.tab.show(false);
        break;
      case 'show a tab':
        page?.tab.show(true);
        break;
      case 'subscribe once more':
        if (page) this.#subscribe(page);
        break;
      case 'unsubscribe':
        if (page && !page.tab.isFrozen) page.views.pop()?.close();
        break;
      case 'sign in again':
        if (page && !page.tab.isFrozen) page.client.reconnect();
    }
    await this.#clock.advance(pick * 50);
  }

  /**
   * Lets the device sleep: no script runs, and every connection ends. Comments are written
   * meanwhile.
   */
  async #sleep(ms: number): Promise<void> {
    const awake = this.#pages.filter(({ tab }) => !tab.isFrozen);
    for (const { tab } of awake) tab.freeze();
    for (const connection of this.#server.connections) connection.isHalfOpen = true;
    for (let number = 0; number < 3; number += 1) {
      await this.#clock.advance(ms / 3);
      await this.play({
        name: oneOf(['create', 'edit', 'delete'], this.#random()) ?? 'edit',
        pick: this.#random(),
      });
    }
    for (const { tab } of awake) tab.thaw();
  }

  async judge(): Promise<StoryResult> {
    Object.assign(this.#server.faults, NO_FAULTS);
    // In half of the stories, the frozen tabs never run again; the leader may be one of them.
    if (this.#random() < 0.5) for (const { tab } of this.#pages) tab.thaw();
    const frozen = this.#pages.filter(({ tab }) => tab.isFrozen);
    if (frozen.length === this.#pages.length) this.openPage();
    this.#networkUp();
    for (const { client, tab } of this.#pages) {
      tab.show(true);
      if (client.state.status === 'refused') client.reconnect();
    }
    await this.#clock.advance(HEALING_MS);

    const awake = this.#pages.filter(({ tab }) => !tab.isFrozen);
    const views = awake.flatMap((page) => page.views);
    const problems = awake.flatMap(({ tab, client, views: shown }) => [
      ...tab.errors.map(String),
      ...(shown.length > 0 && client.state.status !== 'open'
        ? [`it is ${client.state.status}`]
        : []),
    ]);
    // The server notices a half-open connection only when it was idle for too long.
    const connections = [...this.#server.connections].filter(({ isHalfOpen }) => !isHalfOpen);
    // A frozen tab can have a connection, the one before it, and one that is being opened.
    const most = (this.#browser.sharesTabs ? 1 : awake.length) + 3 * frozen.length;
    if (connections.length > most) {
      problems.push(`${connections.length} connections of ${this.#pages.length} tabs`);
    }
    for (const { client } of awake) client.close();
    for (const { tab } of frozen) this.#kill(tab);
    await this.#clock.advance(IDLE_LIMIT_MS);
    const { size } = this.#server.connections;
    if (size > 0) problems.push(`${size} connections are left`);
    if (this.#clock.timers > 0) problems.push(`${this.#clock.timers} timers are left`);
    return {
      views: views.length,
      events: views.reduce((sum, { received }) => sum + received, 0),
      lost: views.reduce((sum, view) => sum + differences(view.visible(), view.table.visible()), 0),
      repeated: views.reduce((sum, { repeated }) => sum + repeated, 0),
      problems,
    };
  }

  #networkUp(): void {
    this.#server.faults.networkDown = false;
    for (const { tab } of this.#pages) tab.wake();
  }

  #kill(tab: Tab | undefined): void {
    const index = this.#pages.findIndex((page) => page.tab === tab);
    if (index === -1) return;
    this.#pages.splice(index, 1);
    tab?.kill();
  }

  #newComment(): string {
    this.#comments += 1;
    return `comment-${this.#comments}`;
  }

  #write(commentId: string, body: string, pick: number): void {
    const table = oneOf(this.#tables, pick);
    if (table) this.#server.write(table, commentId, body);
  }
}

function oneOf<T>(items: readonly T[], pick: number): T | undefined {
  return items[Math.floor(pick * items.length)];
}

function differences(
  view: ReadonlyMap<string, string>,
  table: ReadonlyMap<string, string>,
): number {
  const ids = new Set([...view.keys(), ...table.keys()]);
  return [...ids].filter((id) => view.get(id) !== table.get(id)).length;
}

/**
 * A seeded generator (mulberry32) of numbers from 0 to below 1. The same seed gives the same
 * numbers.
 */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
