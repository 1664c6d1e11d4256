import type { ServerEvent } from '@blogapp/shared-types';
import type { RealtimeClient, Subscription } from '../client.ts';
import type { Tab } from './browser.ts';
import type { FakeClock } from './clock.ts';
import type { CommentsTable } from './comments-table.ts';

const RELOAD_MS = 3_000;

/** A page's view of a post's comments. It does what the README requires of callers. */
export class CommentsView {
  readonly table: CommentsTable;
  /** How many events were delivered more than once. */
  repeated = 0;
  received = 0;
  loads = 0;
  readonly #seen = new Set<string>();
  /** The last change of each comment that it knows, with deletions. */
  readonly #rows = new Map<string, { readonly changeId: string; readonly body?: string }>();
  readonly #tab: Tab;
  readonly #clock: FakeClock;
  readonly #canLoad: () => boolean;
  readonly #subscription: Subscription;
  #loading = Symbol('load');

  /** @param since undefined when nothing is loaded yet; then it loads when it has joined */
  constructor(
    client: RealtimeClient,
    table: CommentsTable,
    page: {
      readonly tab: Tab;
      readonly clock: FakeClock;
      readonly canLoad: () => boolean;
      readonly loadsFirst: boolean;
    },
  ) {
    this.table = table;
    this.#tab = page.tab;
    this.#clock = page.clock;
    this.#canLoad = page.canLoad;
    let since: string | undefined;
    if (page.loadsFirst) {
      for (const row of table.load()) {
        this.#apply(row.commentId, row);
        if (row.changeId > (since ?? '')) since = row.changeId;
      }
    }
    this.#subscription = client.subscribe(table.channel, {
      since,
      onEvent: (event) => {
        this.#event(event);
      },
      onTruncated: () => {
        this.#rows.clear();
        this.#seen.clear();
        this.#loading = Symbol('load');
        this.#load(this.#loading);
      },
    });
  }

  visible(): Map<string, string> {
    return new Map(
      [...this.#rows].flatMap(([id, { body }]) =>
        body === undefined ? [] : [[id, body] as const],
      ),
    );
  }

  close(): void {
    this.#subscription.close();
  }

  #event(event: ServerEvent): void {
    this.received += 1;
    if (this.#seen.has(event.id)) this.repeated += 1;
    this.#seen.add(event.id);
    if (!('commentId' in event.data)) return;
    const { commentId } = event.data as { commentId: string };
    const { body } = event.data as { body?: string };
    this.#apply(commentId, { changeId: event.id, ...(body !== undefined && { body }) });
  }

  #apply(commentId: string, row: { readonly changeId: string; readonly body?: string }): void {
    if (row.changeId > (this.#rows.get(commentId)?.changeId ?? '')) this.#rows.set(commentId, row);
  }

  /** Sends a request whose response comes a little later, and repeats it while it fails. */
  #load(load: symbol): void {
    this.loads += 1;
    this.#clock.setTimer(() => {
      const rows = this.#canLoad() ? this.table.load() : undefined;
      this.#clock.setTimer(() => {
        this.#tab.run(() => {
          if (load !== this.#loading) return;
          if (rows) for (const row of rows) this.#apply(row.commentId, row);
          else this.#load(load);
        });
      }, 100);
    }, rowsDelay(this.loads));
  }
}

function rowsDelay(loads: number): number {
  return loads === 1 ? 50 : Math.min(RELOAD_MS, 50 * loads);
}
