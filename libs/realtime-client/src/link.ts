import type { Channel, ServerEvent } from '@blogapp/shared-types';
import type { ConnectionState } from './state.ts';

/** What the subscriptions of a tab ask of the connection, wherever it is: here, or in another tab. */
export interface Link {
  /**
   * Joins a channel, and has it replayed from `since` on. `LinkEvents.joined` is the response.
   *
   * @param attempt comes back with the response: an earlier attempt's is of no use
   */
  join(subscription: string, channel: Channel, since: string | undefined, attempt: number): void;
  leave(subscription: string, channel: Channel): void;
  /** The network is back, or the tab is seen again. */
  wake(): void;
  /** Connects anew, with the token that there is now. */
  reconnect(): void;
  close(): void;
}

/** What the connection tells the subscriptions of a tab. */
export interface LinkEvents {
  /** From here on, something may be missing: every subscription has to join its channel (again). */
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
