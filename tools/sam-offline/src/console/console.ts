import type { EventBus } from '../events/index.ts';
import { codeDirectoryOf, SourcePositions } from '../source-positions/index.ts';
import {
  alarmRoutes,
  bucketRoutes,
  connectionRoutes,
  type ConsoleContext,
  invocationRoutes,
  logRoutes,
  permissionRoutes,
  queueRoutes,
  senderRoutes,
  stackRoutes,
  streamRoutes,
  tableRoutes,
} from './api/index.ts';
import { dashboardRoutes } from './dashboards/index.ts';
import { createConsoleServer, type Route } from './http/index.ts';
import { Live } from './live/index.ts';
import { mapRoutes } from './map/index.ts';
import { createPageAssets } from './page-assets.ts';
import { Payloads } from './payloads.ts';
import { traceRoutes } from './traces/index.ts';

export interface ConsoleOptions extends Omit<ConsoleContext, 'payloads' | 'positions' | 'nowMs'> {
  readonly bus: EventBus;
}

export interface Console {
  /**
   * Opens the console's port.
   *
   * @param port 0 takes a free port
   * @returns the port
   * @throws Error with the code `EADDRINUSE`
   */
  listen(port: number, host: string): Promise<number>;
  close(): Promise<void>;
}

/** The console of a stack: a page for people, and an API with the same content for programs. */
export function createConsole({ bus, ...options }: ConsoleOptions): Console {
  const payloads = new Payloads(bus);
  const context: ConsoleContext = {
    ...{ ...options, payloads, nowMs: () => bus.now() },
    positions: new SourcePositions(
      options.stack.functions.flatMap((fn) => codeDirectoryOf(fn) ?? []),
    ),
  };
  const live = new Live(bus, `${process.pid}-${Date.now()}`);
  const server = createConsoleServer({
    routes: routesOf(context),
    onRequest: () => {
      payloads.keepAll();
    },
    asset: createPageAssets(),
    live: (request, response) => {
      live.open(request, response);
    },
    connectTo: () => webSocketOrigins(options.outputs()),
    events: bus,
  });
  return {
    listen: (port, host) => server.listen(port, host),
    async close() {
      live.close();
      payloads.close();
      await server.close();
    },
  };
}

/** Every operation of the API. */
export function routesOf(context: ConsoleContext): Route[] {
  return [
    ...stackRoutes(context),
    ...mapRoutes(context),
    ...permissionRoutes(context),
    ...logRoutes(context),
    ...traceRoutes(context),
    ...dashboardRoutes(context),
    ...invocationRoutes(context),
    ...alarmRoutes(context),
    ...connectionRoutes(context),
    ...tableRoutes(context),
    ...queueRoutes(context),
    ...streamRoutes(context),
    ...bucketRoutes(context),
    ...senderRoutes(context),
  ];
}

/** The origins to which the page may open a WebSocket. */
function webSocketOrigins(outputs: Readonly<Record<string, string>>): string[] {
  return Object.values(outputs).flatMap((url) => (/^ws:\/\/[^/\s;,]+/.exec(url) ?? []).slice(0, 1));
}
