import { checkScript, WebSocketPushEngine } from '../engine.ts';
import { Collector, type Collected } from '../exchange/index.ts';
import { readSettings, type Script } from '../settings/index.ts';
import type { CaptureResult, Context, Helpers } from '../virtual-user.ts';
import { Worker } from '../worker.ts';

/** The figures that Artillery received. */
export interface Told {
  readonly counters: Map<string, number>;
  readonly histograms: Map<string, number[]>;
  readonly errors: string[];
  readonly started: number;
}

export interface ScenarioRun {
  readonly collected: Collected;
  readonly told: Told;
  /** The arguments of each virtual user's callback. */
  readonly outcomes: readonly unknown[];
  readonly contexts: readonly Context[];
}

let runs = 0;

/**
 * Runs a scenario as Artillery would, with `users` virtual users at the same time. They are spread
 * over `workers` workers, which share only what the exchange sends.
 */
export async function runScenario(
  flow: readonly unknown[],
  options: {
    readonly websocketPush?: unknown;
    readonly target?: string;
    readonly users?: number;
    readonly workers?: number;
    readonly variables?: Readonly<Record<string, unknown>>;
    readonly processor?: Readonly<Record<string, unknown>>;
    /** Is called when everything runs. The run is interrupted when it resolves. */
    readonly interruptAfter?: () => Promise<void>;
  } = {},
): Promise<ScenarioRun> {
  const script: Script = {
    config: {
      ...(options.target !== undefined && { target: options.target }),
      websocketPush: options.websocketPush ?? {},
      processor: options.processor ?? {},
      plugins: { 'websocket-push': {} },
      engine: 'websocket-push',
    },
    scenarios: [{ flow }],
  };
  checkScript(script);
  runs += 1;
  const run = `test ${process.pid} ${runs}`;
  const collector = new Collector(run);
  const { told, ee } = listen();
  const workers = Array.from({ length: options.workers ?? 1 }, (_, index) => {
    const worker = new Worker(readSettings(script), { name: `w${index}`, run });
    worker.start();
    const engine = new WebSocketPushEngine(script, ee, helpers, worker);
    return { worker, scenario: engine.createScenario({ flow }, ee) };
  });
  await until(() => collector.workers === workers.length);
  const contexts: Context[] = [];
  const users = Array.from({ length: options.users ?? 1 }, (_, index) => {
    const context: Context = { vars: { ...options.variables, $user: index }, funcs: {} };
    contexts.push(context);
    const { scenario } = workers[index % workers.length] ?? {};
    return new Promise((done) => scenario?.(context, done));
  });
  const outcomes: unknown[] = [];
  if (options.interruptAfter === undefined) outcomes.push(...(await Promise.all(users)));
  else await options.interruptAfter();
  const collected = await collector.finish(options.interruptAfter !== undefined, 5000);
  collector.close();
  for (const { worker } of workers) worker.stop();
  return { collected, told, outcomes, contexts };
}

/** Waits for a condition, which is checked in each turn of the event loop's timers. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((done) => setTimeout(done, 2));
}

function listen() {
  const told = {
    counters: new Map<string, number>(),
    histograms: new Map<string, number[]>(),
    errors: [] as string[],
    started: 0,
  };
  const ee = {
    emit: (event: string, ...values: unknown[]): void => {
      const [name, value] = values as [string, number];
      if (event === 'counter') told.counters.set(name, (told.counters.get(name) ?? 0) + value);
      else if (event === 'histogram') {
        told.histograms.set(name, [...(told.histograms.get(name) ?? []), value]);
      } else if (event === 'error') told.errors.push(name);
      else if (event === 'started') told.started += 1;
    },
  };
  return { told: told as Told, ee };
}

/** The part of Artillery's helpers that scenarios in tests use. */
const helpers: Helpers = {
  template(value, context) {
    return fill(value, context.vars);
  },
  captureOrMatch({ capture }, { body }, _context, done) {
    const captures: Record<string, { value?: unknown; failed?: boolean }> = {};
    for (const { json, as } of capture as { json: string; as: string }[]) {
      const document = typeof body === 'string' ? (JSON.parse(body) as object) : (body as object);
      const value = (document as Record<string, unknown>)[json.slice(2)];
      captures[as] = { value, failed: value === undefined };
    }
    done(null, { captures } satisfies CaptureResult);
  },
};

function fill(value: unknown, vars: Record<string, unknown>): unknown {
  if (typeof value === 'string') {
    const [, only] = /^\{\{\s*([$\w]+)\s*\}\}$/.exec(value) ?? [];
    if (only !== undefined) return vars[only];
    return value.replaceAll(/\{\{\s*([$\w]+)\s*\}\}/g, (_, name: string) => String(vars[name]));
  }
  if (Array.isArray(value)) return value.map((item: unknown) => fill(item, vars));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fill(item, vars)]));
}
