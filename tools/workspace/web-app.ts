import { type ChildProcess, fork } from 'node:child_process';
import { resolve } from 'node:path';

const program = resolve(import.meta.dirname, '../../apps/web/src/cli/develop.ts');

/** The web app's development server, which runs beside the stack. */
export interface WebApp {
  readonly url: string;
  /** Resolves when pages are served. */
  readonly ready: Promise<void>;
  /** Sends the server the addresses of the stack, which are the content of `/config.json`. */
  configure(config: object): void;
  stop(): void;
}

/**
 * Starts the web app. It resolves when the server has its port, which is long before pages are
 * served.
 *
 * @throws Error that says what to do, when another program has the port
 */
export async function startWebApp(port: number): Promise<WebApp> {
  const child = fork(program, [`--port=${port}`], {
    // The server ends when the IPC channel ends, so it also ends if this process is killed.
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, NEXT_TELEMETRY_DISABLED: '1' },
  });
  const ready = said(child, 'ready');
  // Without this listener, a server that ends early would end this process.
  ready.catch(() => undefined);
  const first = await Promise.race([said(child, 'listening'), said(child, 'taken')]);
  if (first === 'taken') {
    throw new Error(
      `the port of the web app, ${port}, is taken by another program; stop that one, choose another port ` +
        'with --web-port <port>, or start without the web app: --no-web',
    );
  }
  let isStopping = false;
  child.once('exit', (code) => {
    if (!isStopping && code !== 0) console.log(`the web app ended with ${code ?? 'a signal'}`);
  });
  return {
    url: `http://localhost:${port}`,
    ready: ready.then(() => undefined),
    configure(config) {
      if (child.connected) child.send(config);
    },
    stop() {
      isStopping = true;
      child.kill('SIGTERM');
    },
  };
}

/** Resolves with the message when the child sends it. Rejects if the child ends before that. */
function said(child: ChildProcess, message: string): Promise<string> {
  return new Promise((done, failed) => {
    child.on('message', (got) => {
      if (got === message) done(message);
    });
    child.once('exit', (code) => {
      failed(new Error(`the web app ended with ${code ?? 'a signal'} before it was ${message}`));
    });
  });
}
