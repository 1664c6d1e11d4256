import type { ConnectionState } from '@blogapp/realtime-client';

/** The state of the page's live updates, in words for readers. */
export interface ConnectionWords {
  /** The look of the point beside the words; `quiet` when there is nothing to say. */
  readonly tone: 'quiet' | 'good' | 'busy' | 'bad';
  readonly words: string;
  /** Whether the page gets no live updates, so that it must offer another way. */
  readonly isCutOff: boolean;
}

/** How many attempts must fail before the page says that it gets no live updates. */
export const ATTEMPTS_BEFORE_CUT_OFF = 3;

export interface ConnectionHistory {
  /** Whether a connection was open since the page was loaded. */
  readonly wasOpen: boolean;
  /** How many attempts have failed since the last open connection. */
  readonly failures: number;
}

export const NO_HISTORY: ConnectionHistory = { wasOpen: false, failures: 0 };

/** The history after one more state. */
export function remember(
  history: ConnectionHistory,
  { status }: ConnectionState,
): ConnectionHistory {
  if (status === 'open') return { wasOpen: true, failures: 0 };
  if (status === 'waiting') return { ...history, failures: history.failures + 1 };
  return history;
}

/**
 * Describes the connection in words.
 *
 * @param online `navigator.onLine`: whether the device has a network
 */
export function describeConnection(
  { status }: ConnectionState,
  { wasOpen, failures }: ConnectionHistory,
  online: boolean,
): ConnectionWords {
  if (!online) {
    const words = 'Offline: comments will appear when you are back';
    return { tone: 'bad', words, isCutOff: false };
  }
  switch (status) {
    case 'open':
      return { tone: 'good', words: 'Live', isCutOff: false };
    case 'refused':
      return { tone: 'bad', words: 'No live updates: sign in again', isCutOff: true };
    case 'connecting':
    case 'waiting':
      if (failures >= ATTEMPTS_BEFORE_CUT_OFF) {
        const words = 'No live updates: this network lets none through';
        return { tone: 'bad', words, isCutOff: true };
      }
      return {
        tone: 'busy',
        words: wasOpen || failures > 0 ? 'Reconnecting…' : 'Connecting…',
        isCutOff: false,
      };
    case 'idle':
    case 'closed':
      return { tone: 'quiet', words: '', isCutOff: false };
  }
}
