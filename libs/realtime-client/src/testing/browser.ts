import type { Environment, Locks, Socket, TabsChannel } from '../environment.ts';
import type { FakeClock } from './clock.ts';
import type { FakeServer } from './server.ts';

interface LockRequest {
  readonly tab: Tab;
  readonly granted: () => Promise<unknown>;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

interface Lock {
  holder: LockRequest | undefined;
  readonly queue: LockRequest[];
}

/** Tabs that share locks and channels, like those of one browser. */
export class FakeBrowser {
  readonly tabs = new Set<Tab>();
  readonly locks = new Map<string, Lock>();
  readonly clock: FakeClock;
  readonly server: FakeServer;
  readonly random: () => number;
  readonly sharesTabs: boolean;
  #opened = 0;

  constructor(clock: FakeClock, server: FakeServer, random: () => number, sharesTabs = true) {
    this.clock = clock;
    this.server = server;
    this.random = random;
    this.sharesTabs = sharesTabs;
  }

  openTab(): Tab {
    this.#opened += 1;
    const tab = new Tab(this, this.#opened);
    this.tabs.add(tab);
    return tab;
  }

  /** The tab that has the connection. */
  leader(): Tab | undefined {
    for (const [name, { holder }] of this.locks) if (name.endsWith(' leader')) return holder?.tab;
    return undefined;
  }

  release(tab: Tab): void {
    for (const [name, lock] of this.locks) {
      lock.queue.splice(0, lock.queue.length, ...lock.queue.filter((other) => other.tab !== tab));
      if (lock.holder?.tab !== tab) continue;
      lock.holder = undefined;
      this.grant(name);
    }
  }

  grant(name: string): void {
    const lock = this.locks.get(name);
    if (!lock || lock.holder) return;
    const next = lock.queue.shift();
    if (next) this.hold(name, lock, next);
  }

  hold(name: string, lock: Lock, request: LockRequest): void {
    lock.holder = request;
    request.tab.run(() => {
      void request.granted().then((value) => {
        if (lock.holder !== request) return;
        lock.holder = undefined;
        request.resolve(value);
        this.grant(name);
      });
    });
  }
}

/** One tab, with the environment that it gives its script. It can be hidden, frozen, and killed. */
export class Tab {
  isAlive = true;
  isVisible = true;
  readonly errors: unknown[] = [];
  readonly #browser: FakeBrowser;
  readonly #number: number;
  readonly #wake = new Set<() => void>();
  readonly #channels = new Set<TabsChannel & { readonly name: string }>();
  /** What happened while the tab was frozen, to be run later; undefined while it is not frozen. */
  #frozen: (() => void)[] | undefined;
  readonly #sockets = new Set<Socket>();
  #timersAreLate = false;

  /** @param number distinguishes the names of tabs that are opened at the same moment */
  constructor(browser: FakeBrowser, number: number) {
    this.#browser = browser;
    this.#number = number;
  }

  get isFrozen(): boolean {
    return this.#frozen !== undefined;
  }

  /** Runs a script of the tab: now, when a frozen tab runs again, or never for a killed tab. */
  run(script: () => void): void {
    if (!this.isAlive) return;
    if (this.#frozen) this.#frozen.push(script);
    else script();
  }

  freeze(): void {
    this.#frozen ??= [];
  }

  /** Ends the freezing: what happened meanwhile is run now. */
  thaw(): void {
    const waited = this.#frozen ?? [];
    this.#frozen = undefined;
    for (const script of waited) this.run(script);
  }

  /** From now on, timers come a minute late, as in a hidden tab of a browser that saves power. */
  delayTimers(): void {
    this.#timersAreLate = true;
  }

  show(isVisible: boolean): void {
    this.isVisible = isVisible;
    if (isVisible) this.wake();
  }

  wake(): void {
    for (const listener of this.#wake) this.run(listener);
  }

  /**
   * Ends the tab as a browser does: its scripts do not run any more, and its locks are released.
   */
  kill(): void {
    this.isAlive = false;
    for (const socket of this.#sockets) socket.close();
    this.#browser.tabs.delete(this);
    this.#browser.release(this);
  }

  get environment(): Environment {
    const { clock, random, server, sharesTabs } = this.#browser;
    return {
      now: () => clock.nowMs,
      setTimer: (callback, ms) => {
        let cancelled = false;
        const cancel = clock.setTimer(
          () => {
            this.run(() => {
              if (!cancelled) callback();
            });
          },
          ms + (this.#timersAreLate ? 60_000 : 0),
        );
        return () => {
          cancelled = true;
          cancel();
        };
      },
      random,
      newId: () => `tab-${this.#number}`,
      openSocket: (_url, protocols) => this.#track(server.open(protocols, () => this.isAlive)),
      isVisible: () => this.isVisible,
      onWake: (listener) => {
        this.#wake.add(listener);
        return () => this.#wake.delete(listener);
      },
      ...(sharesTabs && {
        tabs: { locks: this.#locks(), openChannel: (name) => this.#openChannel(name) },
      }),
      report: (error) => this.errors.push(error),
    };
  }

  /** A socket whose events are run as all other scripts of the tab. */
  #track(socket: Socket): Socket {
    this.#sockets.add(socket);
    const tracked: Socket = {
      ...{ onopen: null, onmessage: null, onclose: null, onerror: null },
      send: (text) => {
        socket.send(text);
      },
      close: () => {
        this.#sockets.delete(socket);
        socket.close();
      },
    };
    socket.onopen = (event) => {
      this.run(() => tracked.onopen?.(event));
    };
    socket.onmessage = (event) => {
      this.run(() => tracked.onmessage?.(event));
    };
    socket.onclose = (event) => {
      this.#sockets.delete(socket);
      this.run(() => tracked.onclose?.(event));
    };
    return tracked;
  }

  #locks(): Locks {
    const { locks } = this.#browser;
    return {
      request: (name, { steal, signal }, granted) => {
        const lock = locks.get(name) ?? { holder: undefined, queue: [] };
        locks.set(name, lock);
        return new Promise((resolve, reject) => {
          const fail = (error: Error): void => {
            this.run(() => {
              reject(error);
            });
          };
          const request = { tab: this, granted, resolve, reject: fail };
          signal?.addEventListener('abort', () => {
            const index = lock.queue.indexOf(request);
            if (index === -1) return;
            lock.queue.splice(index, 1);
            fail(new Error('aborted'));
          });
          if (steal) {
            lock.holder?.reject(new Error('stolen'));
            lock.holder = undefined;
            this.#browser.hold(name, lock, request);
          } else {
            lock.queue.push(request);
            void Promise.resolve().then(() => {
              this.#browser.grant(name);
            });
          }
        });
      },
    };
  }

  #openChannel(name: string): TabsChannel {
    const browser = this.#browser;
    const channel = {
      name,
      onmessage: null as TabsChannel['onmessage'],
      postMessage: (message: unknown) => {
        const data: unknown = JSON.parse(JSON.stringify(message));
        for (const tab of browser.tabs) {
          for (const other of tab.#channels) {
            if (other === channel || other.name !== name) continue;
            browser.clock.setTimer(() => {
              tab.run(() => other.onmessage?.({ data }));
            }, 1);
          }
        }
      },
      close: () => {
        this.#channels.delete(channel);
      },
    };
    this.#channels.add(channel);
    return channel;
  }
}
