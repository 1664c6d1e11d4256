import type { ServerEvent } from '@blogapp/shared-types';
import { createRealtimeClient, type RealtimeClient } from '../client.ts';
import type { ConnectOptions } from '../connector.ts';
import { FakeBrowser, type Tab } from './browser.ts';
import { FakeClock } from './clock.ts';
import { CommentsTable } from './comments-table.ts';
import { FakeServer } from './server.ts';

/** A server with one post, and a browser; there are no faults unless a test sets them. */
export class World {
  readonly clock = new FakeClock();
  readonly table = new CommentsTable('post:01JDAAAAAAAAAAAAAAAAAAAAAA');
  readonly server: FakeServer;
  readonly browser: FakeBrowser;

  /**
   * @param random returns a number from 0 to below 1; by default 0.5, the middle of every time span
   */
  constructor({
    sharesTabs = false,
    random = () => 0.5,
  }: { readonly sharesTabs?: boolean; readonly random?: () => number } = {}) {
    this.server = new FakeServer(this.clock, random, [this.table]);
    this.browser = new FakeBrowser(this.clock, this.server, random, sharesTabs);
  }

  /** Opens a page in a new tab; it keeps what its subscription to the post received. */
  page(options: Omit<ConnectOptions, 'url'> = {}): Page {
    const tab = this.browser.openTab();
    const client = createRealtimeClient(
      { url: 'wss://example.test/dev', ...options },
      tab.environment,
    );
    const page: Page = { tab, client, events: [], truncations: 0, states: [] };
    client.onStateChange(() => page.states.push(client.state.status));
    return page;
  }

  subscribe(page: Page, since?: string): { close(): void } {
    return page.client.subscribe(this.table.channel, {
      since,
      onEvent: (event) => page.events.push(event),
      onTruncated: () => {
        page.truncations += 1;
      },
    });
  }

  /** Writes a comment; returns the id of its event. */
  write(commentId: string, body: string | undefined = 'text'): string {
    this.server.write(this.table, commentId, body);
    return this.table.changeIdOf(commentId);
  }
}

export interface Page {
  readonly tab: Tab;
  readonly client: RealtimeClient;
  readonly events: ServerEvent[];
  readonly states: string[];
  truncations: number;
}
