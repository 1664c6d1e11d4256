import type { Channel, ServerEvent } from '@blogapp/shared-types';
import type { ConnectionState } from './state.ts';

/** The connection as the subscriptions of a tab see it, whether this tab has it or another one. */
export interface Link {
  /**
   * Joins a channel, and requests a replay from `since` on. `LinkEvents.joined` is the response.
   *
   * @param attempt comes back with the response, so that the response to an earlier attempt is
   * ignored
   */
  join(subscription: string, channel: Channel, since: string | undefined, attempt: number): void;
  leave(subscription: string, channel: Channel): void;
  /** Call it when the network is back or the tab becomes visible. */
  wake(): void;
  /** Connects again with the current token. */
  reconnect(): void;
  close(): void;
}

/** What the connection tells the subscriptions of a tab. */
export interface LinkEvents {
  /** Events may be missing from now on: every subscription has to join its channel (again). */
  up(): void;
  event(event: ServerEvent): void;
  joined(joined: Joined): void;
  state(state: ConnectionState): void;
}

/** The server's response to `join`. */
export interface Joined {
  readonly subscription: string;
  readonly attempt: number;
  /** Events that the server replayed before it responded (items). */
  readonly replayed: number;
  /** Whether the server could not replay everything. */
  readonly truncated: boolean;
}
