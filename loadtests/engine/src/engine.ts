import { isMainThread } from 'node:worker_threads';
import { checkScenarios, type ScenarioSpec } from './flow/index.ts';
import type { ArtilleryEvents } from './metrics/index.ts';
import { readSettings, type Script, type Settings } from './settings/index.ts';
import { compileFlow, promisedBy, runSteps } from './steps/index.ts';
import { VirtualUser, type Context, type Helpers, type Processor } from './virtual-user.ts';
import { Worker } from './worker.ts';

/** The name that scenarios use for the engine. */
export const engineName = 'websocket-push';

type Done = (error: unknown, context: Context) => void;

/**
 * The engine, as Artillery loads it. There is one in each worker thread, and one in the main thread
 * if a `before` or `after` hook uses the engine.
 *
 * @see https://www.artillery.io/docs/reference/extension-apis
 */
export class WebSocketPushEngine {
  readonly #script: Script;
  readonly #helpers: Helpers;
  #worker: Worker | undefined;
  #users = 0;
  #active = 0;

  /** @param worker for tests; Artillery passes only the first three */
  constructor(script: Script, _ee: ArtilleryEvents, helpers: Helpers, worker?: Worker) {
    this.#script = script;
    this.#helpers = helpers;
    this.#worker = worker;
  }

  /** Artillery calls this function only if it is a native async function. */
  async init(): Promise<void> {
    this.#worker ??= startWorker(this.#script);
    return Promise.resolve();
  }

  createScenario(spec: ScenarioSpec, ee: ArtilleryEvents): (context: Context, done: Done) => void {
    const steps = compileFlow(spec.flow as readonly unknown[]);
    const worker = (this.#worker ??= startWorker(this.#script));
    worker.reportTo(ee);
    const hooks = (names: string | readonly string[] | undefined) =>
      compileFlow([names ?? []].flat().map((name) => ({ function: name })));
    const flow = [...hooks(spec.beforeScenario), ...steps];
    const promised = promisedBy(spec.flow as readonly unknown[]);
    const after = hooks(spec.afterScenario);

    return (context, done) => {
      this.#users += 1;
      this.#active += 1;
      ee.emit('started');
      Object.assign(context.vars, worker.settings.endpoints.variables);
      // Functions of the processor can decide by these measurements.
      Object.assign(context, { measured: worker.measured });
      const user = new VirtualUser({
        ...{ worker, context, ee, helpers: this.#helpers },
        processor: (this.#script.config.processor ?? {}) as Processor,
        name: `${worker.name}-${this.#users}`,
      });
      user.promised = promised.map((signal) => user.template(signal));
      void this.#run(user, flow, after).then((error) => {
        this.#active -= 1;
        // Artillery takes no measurements after its last virtual user.
        if (this.#active === 0) worker.report();
        // This is not a part of the promise's chain, since an error that Artillery throws is not an
        // error of this scenario.
        setImmediate(done, error, context);
      });
    };
  }

  /**
   * Runs a scenario.
   *
   * @returns the error that made the scenario fail
   */
  async #run(
    user: VirtualUser,
    flow: readonly ReturnType<typeof compileFlow>[number][],
    after: readonly ReturnType<typeof compileFlow>[number][],
  ): Promise<unknown> {
    let failure: unknown = null;
    try {
      await user.worker.clocksMeasured();
      await runSteps(flow, user);
    } catch (error) {
      failure = error;
      user.fail(error);
      user.giveUp();
    }
    try {
      await user.leave();
      await runSteps(after, user);
    } catch (error) {
      failure ??= error;
      user.fail(error);
    }
    return failure;
  }
}

/**
 * @throws Error if the scenario file is wrong; the plugin has already reported that, if it is
 *   configured
 */
function startWorker(script: Script): Worker {
  const settings = checkScript(script);
  if (script.config.plugins?.[engineName] === undefined) {
    throw new Error(
      `config.plugins has no "${engineName}": add "plugins: { ${engineName}: {} }", which writes the run's record`,
    );
  }
  const worker = new Worker(settings);
  if (!isMainThread) worker.start();
  return worker;
}

/**
 * Checks everything that can be checked before there is any traffic.
 *
 * @throws Error with one line for each mistake
 */
export function checkScript(script: Script): Settings {
  const faults = checkScenarios(script, engineName);
  if (faults.length > 0) throw new Error(faults.join('\n'));
  return readSettings(script);
}
