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
  /** Resolves when the lock is released; rejects when it was stolen, or the request was aborted. */
  request(
    name: string,
    options: { readonly steal?: boolean; readonly signal?: AbortSignal },
    whileHeld: () => Promise<unknown>,
  ): Promise<unknown>;
}

/** Everything that the client takes from where it runs. Tests give it a clock and a network of their own. */
export interface Environment {
  /** Milliseconds since 1970. It goes on while the device sleeps, and may be set back. */
  now(): number;
  /** Calls back once, after `ms` milliseconds; returns what cancels it. */
  setTimer(callback: () => void, ms: number): () => void;
  /** 0 ≤ n < 1 */
  random(): number;
  /** A name that no other tab has. */
  newId(): string;
  openSocket(url: string, protocols: string[]): Socket;
  /** False for a tab that nobody sees. */
  isVisible(): boolean;
  /** Tells when the network is back or the tab is seen again; returns what ends that. */
  onWake(listener: () => void): () => void;
  /** How tabs share a connection; absent where they can't. */
  readonly tabs?: { readonly locks: Locks; openChannel(name: string): TabsChannel };
  /** Takes what a listener of the application threw. */
  readonly report: (error: unknown) => void;
}

/** What browsers have and Node has not; typed here, so that the library needs no types of the DOM. */
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
 * @param webSocket what opens sockets; the global WebSocket where absent
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
    // `crypto.randomUUID` is only there on pages that came over TLS.
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
