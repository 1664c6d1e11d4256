import { dirname, resolve } from 'node:path';
import { isMainThread } from 'node:worker_threads';
import { now } from '../clock.ts';
import { checkScript } from '../engine.ts';
import { Collector, type Collected } from '../exchange/index.ts';
import { WindowedGauge } from '../metrics/index.ts';
import { toLogLines } from '../record-log.ts';
import {
  checkSums,
  counterNames,
  gaugeNames,
  runRecordVersion,
  type RunRecord,
} from '../run-record.ts';
import { readSettings, type Script, type Settings } from '../settings/index.ts';
import { describeRun } from './describe.ts';
import {
  describeCommand,
  describeMachine,
  describeVariables,
  findCommit,
  recordPath,
  scenarioName,
  withoutSecrets,
} from './origin.ts';
import { assertBuilt } from './sources.ts';
import { writeRecord } from './write-record.ts';

/** How long, in ms, a worker may take to send its part. Settling 10,000 readers takes far less. */
const partTimeoutMs = 20_000;
const sampleMs = 1000;
/** The time between two lines of progress if there is no terminal, in ms. */
const linesMs = 10_000;

/** The parts of Artillery's global object that the plugin uses. */
interface ArtilleryGlobal {
  readonly testRunId?: string;
  readonly version?: string;
  suggestedExitCode?: number;
  ext(extension: {
    readonly ext: 'beforeExit';
    readonly method: (event: { readonly earlyStop?: boolean }) => Promise<void>;
  }): Promise<void> | void;
}

/**
 * The engine's part in Artillery's main thread. It checks the scenario before there is traffic,
 * merges the measurements of the workers, and writes the run's record, also if the run is
 * interrupted. Artillery makes a plugin in each worker thread too, where it only sets the target.
 */
export class Plugin {
  /** With this setting, Artillery gives metrics to the plugin in their new form. */
  static readonly LEGACY_METRICS_FORMAT = false;
  readonly #script: Script;

  constructor(script: Script) {
    this.#script = script;
    if (!isMainThread) {
      const { http, websocket } = readSettings(script).endpoints;
      // Scenarios of Artillery's own engines need the target too.
      script.config.target = http ?? websocket ?? script.config.target ?? '';
      return;
    }
    try {
      assertBuilt(import.meta.dirname);
      this.#start(checkScript(script));
    } catch (error) {
      console.error(
        `${script._scriptPath ?? 'the scenario'} can't be run:\n${(error as Error).message}`,
      );
      process.exit(1);
    }
  }

  #start(settings: Settings): void {
    const { artillery } = globalThis as unknown as { artillery: ArtilleryGlobal };
    const startedAt = new Date();
    const collector = new Collector();
    const sampler = new ProcessSampler();
    const progress = showProgress(collector, startedAt);
    void artillery.ext({
      ext: 'beforeExit',
      method: async ({ earlyStop }) => {
        clearInterval(progress);
        sampler.stop();
        const collected = await collector.finish(earlyStop === true, partTimeoutMs);
        collector.close();
        const record = this.#makeRecord(settings, collected, {
          ...{ startedAt, sampler, artillery, interrupted: earlyStop === true },
        });
        const path = recordPath(this.#scriptPath, settings.record, startedAt);
        if (!publishRecord(record, path)) artillery.suggestedExitCode = 1;
      },
    });
  }

  get #scriptPath(): string {
    return resolve(this.#script._scriptPath ?? 'scenario.yaml');
  }

  #makeRecord(
    settings: Settings,
    collected: Collected,
    run: {
      readonly startedAt: Date;
      readonly sampler: ProcessSampler;
      readonly artillery: ArtilleryGlobal;
      readonly interrupted: boolean;
    },
  ): RunRecord {
    const { silent, workers, ledger, counters, gauges, metrics, errors, clocks } = collected;
    const because = [
      ...(run.interrupted ? ['the run was interrupted'] : []),
      ...(silent.length > 0 ? [`${silent.length} of ${workers} workers sent no results`] : []),
      ...(workers === 0 ? ['no worker was started'] : []),
    ];
    const commit = findCommit(dirname(this.#scriptPath));
    const { websocket, http } = settings.endpoints;
    const wrong = checkSums(ledger).length;
    const at = Math.trunc(now() / sampleMs) * sampleMs;
    return {
      format: 'websocket-push-run',
      version: runRecordVersion,
      runId: run.artillery.testRunId ?? '',
      scenario: scenarioName(this.#scriptPath),
      startedAt: run.startedAt.toISOString(),
      endedAt: new Date().toISOString(),
      partial: because.length > 0,
      ...(because.length > 0 && { partialBecause: because.join('; ') }),
      command: describeCommand(),
      ...(commit !== undefined && { commit }),
      target: {
        ...(websocket !== undefined && { websocket: withoutSecrets(websocket) }),
        ...(http !== undefined && { http: withoutSecrets(http) }),
      },
      variables: describeVariables(this.#script),
      machines: [describeMachine(run.artillery.version ?? '')],
      workers,
      ledger,
      metrics,
      counters: {
        ...counters,
        [counterNames.sums]: {
          ...{ windowMs: sampleMs, total: wrong },
          windows: wrong === 0 ? [] : [{ at, count: wrong }],
        },
      },
      gauges: { ...gauges, ...run.sampler.encode() },
      errors,
      clocks,
    };
  }
}

/**
 * Writes the record.
 *
 * @returns false if the run has failed: its sums are wrong, or its record could not be written
 */
function publishRecord(record: RunRecord, path: string): boolean {
  console.log(`\n${describeRun(record)}`);
  try {
    if (path === '-') {
      for (const line of toLogLines(record)) console.log(line);
    } else {
      writeRecord(path, record);
      console.log(`record: ${path}`);
    }
  } catch (error) {
    console.error((error as Error).message);
    return false;
  }
  return checkSums(record.ledger).length === 0;
}

/** Measures the generator's own processor time and memory, by window. */
class ProcessSampler {
  readonly #memory = new WindowedGauge();
  readonly #cpu = new WindowedGauge();
  readonly #timer: NodeJS.Timeout;
  #last = process.cpuUsage();
  #lastAt = now();

  constructor() {
    this.#timer = setInterval(() => {
      this.#sample();
    }, sampleMs).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  encode(): RunRecord['gauges'] {
    return { [gaugeNames.memory]: this.#memory.encode(), [gaugeNames.cpu]: this.#cpu.encode() };
  }

  #sample(): void {
    const at = now();
    const { user, system } = process.cpuUsage(this.#last);
    this.#cpu.set((user + system) / 10 / (at - this.#lastAt), at);
    this.#memory.set(process.memoryUsage.rss() / 2 ** 20, at);
    this.#last = process.cpuUsage();
    this.#lastAt = at;
  }
}

/**
 * Shows a line of progress. On a terminal it is updated in place; elsewhere, as in CI, there is a
 * new line every ten seconds.
 */
function showProgress(collector: Collector, startedAt: Date): NodeJS.Timeout {
  const { isTTY } = process.stderr;
  return setInterval(
    () => {
      const { open, subscribers, published, received, missed, errors } = collector.levels;
      const seconds = Math.round((Date.now() - startedAt.getTime()) / 1000);
      const line =
        `${seconds} s: open ${open}, subscribed ${subscribers}, published ${published}, ` +
        `received ${received}, missed ${missed}, errors ${errors}`;
      process.stderr.write(isTTY ? `\r\u001b[K${line}\r` : `${line}\n`);
    },
    isTTY ? sampleMs : linesMs,
  ).unref();
}
