/** The part of a browser's WebSocket that the client uses; `ws` has it too. */
export interface Socket {
  onopen: ((event: never) => void) | null;
  onmessage: ((event: { readonly data: unknown }) => void) | null;
  onclose: ((event: never) => void) | null;
  onerror: ((event: never) => void) | null;
  send(text: string): void;
  close(): void;
}

export type SocketConstructor = new (url: string, protocols: string[]) => Socket;

/** The part of a BroadcastChannel that the client uses. */
export interface TabsChannel {
  onmessage: ((event: { readonly data: unknown }) => void) | null;
  postMessage(message: unknown): void;
  close(): void;
}

/** The part of the Web Locks API that the client uses. */
export interface Locks {
  /**
   * Requests a lock. It resolves when the lock is released, and rejects when the lock was stolen or
   * the request was aborted.
   */
  request(
    name: string,
    options: { readonly steal?: boolean; readonly signal?: AbortSignal },
    whileHeld: () => Promise<unknown>,
  ): Promise<unknown>;
}

/** Everything that depends on the platform. Tests give it a clock and a network of their own. */
export interface Environment {
  /**
   * The time (milliseconds since 1970). It continues while the device sleeps, and may be set back.
   */
  now(): number;
  /** Calls `callback` once, after `ms` milliseconds; returns a function that cancels it. */
  setTimer(callback: () => void, ms: number): () => void;
  /** A random number, from 0 to below 1. */
  random(): number;
  /** Makes a name that no other tab has. */
  newId(): string;
  openSocket(url: string, protocols: string[]): Socket;
  /** Whether the tab is visible. */
  isVisible(): boolean;
  /**
   * Calls `listener` when the network is back or the tab becomes visible; returns a function that
   * ends this.
   */
  onWake(listener: () => void): () => void;
  /** What tabs need to share a connection; absent when they can't. */
  readonly tabs?: { readonly locks: Locks; openChannel(name: string): TabsChannel };
  /** Reports what a listener of the application threw. */
  readonly report: (error: unknown) => void;
}

/**
 * The globals that browsers have and Node does not. They are typed here, so that the library needs
 * no types of the DOM.
 */
interface Page {
  readonly document?: EventTarget & { readonly visibilityState: string };
  readonly navigator?: { readonly locks?: Locks };
  readonly WebSocket?: SocketConstructor;
  readonly BroadcastChannel?: new (name: string) => TabsChannel;
  readonly addEventListener?: EventTarget['addEventListener'];
  readonly removeEventListener?: EventTarget['removeEventListener'];
  readonly reportError?: (error: unknown) => void;
}

/**
 * The browser's or Node's own timers, network and tabs. Node has no tabs: each client there has a
 * connection of its own.
 *
 * @param webSocket the class of sockets; the global WebSocket by default
 */
export function platformEnvironment(webSocket?: SocketConstructor): Environment {
  const page = globalThis as unknown as Page;
  const { document, BroadcastChannel } = page;
  const locks = document && page.navigator?.locks;
  return {
    now: () => Date.now(),
    setTimer(callback, ms) {
      const timer = setTimeout(callback, ms);
      return () => {
        clearTimeout(timer);
      };
    },
    random: () => Math.random(),
    // Only pages that were loaded over TLS have `crypto.randomUUID`.
    newId: () => `${Date.now()}${Math.random()}`,
    openSocket(url, protocols) {
      const Constructor = webSocket ?? page.WebSocket;
      if (Constructor === undefined) {
        throw new TypeError('this Node.js has no WebSocket: pass one as the option "webSocket"');
      }
      return new Constructor(url, protocols);
    },
    isVisible: () => document?.visibilityState !== 'hidden',
    onWake(listener) {
      const shown = (): void => {
        if (document?.visibilityState === 'visible') listener();
      };
      page.addEventListener?.('online', listener);
      document?.addEventListener('visibilitychange', shown);
      return () => {
        page.removeEventListener?.('online', listener);
        document?.removeEventListener('visibilitychange', shown);
      };
    },
    ...(locks &&
      BroadcastChannel && { tabs: { locks, openChannel: (name) => new BroadcastChannel(name) } }),
    report(error) {
      if (page.reportError) page.reportError(error);
      else
        queueMicrotask(() => {
          throw error;
        });
    },
  };
}
