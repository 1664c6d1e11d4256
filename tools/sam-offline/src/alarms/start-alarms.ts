import type { EventBus } from '../events/index.ts';
import type { MetricSource } from '../metric-math/index.ts';
import type { Alarm } from '../template/index.ts';
import { type ActionTargets, actionsWithoutTarget } from './actions.ts';
import { AlarmEvaluator, evaluationIntervalOf } from './alarm-evaluator.ts';
import type { AlarmHistoryItem, AlarmStatus } from './alarm-status.ts';
import type { AlarmState } from '../events/index.ts';
import { unseenMetrics } from './unseen-metrics.ts';

export interface AlarmsOptions {
  readonly alarms: readonly Alarm[];
  readonly metrics: MetricSource;
  readonly events: EventBus;
  readonly actions: ActionTargets;
  /**
   * Runs a function after some ms; for tests.
   *
   * @returns a function that cancels it
   */
  readonly schedule?: ((run: () => void, delayMs: number) => () => void) | undefined;
}

/** The alarms of a running stack. */
export interface Alarms {
  readonly statuses: readonly AlarmStatus[];
  /** The history, the oldest entry first. */
  readonly history: readonly AlarmHistoryItem[];
  /**
   * Puts an alarm into a state.
   *
   * @returns false if there is no such alarm
   */
  setState(alarmName: string, state: AlarmState, reason: string, reasonData?: string): boolean;
  setActionsEnabled(alarmNames: readonly string[], isEnabled: boolean): void;
  /** Stops the evaluation. */
  close(): void;
}

/**
 * How long, in ms, to wait after the end of a period. Its values may come a little later, since
 * functions write them when they respond.
 */
const DELAY_MS = 1000;
/**
 * How long, in ms, after the first values of metrics a warning names the alarms on metrics without
 * values.
 */
const UNSEEN_AFTER_MS = 120_000;

/**
 * Evaluates the template's alarms while the stack runs, once a minute, or every 10 s for alarms
 * with shorter periods. Each change of a state is emitted as a fact.
 */
export function startAlarms(options: AlarmsOptions): Alarms {
  const { alarms, events, metrics } = options;
  const schedule = options.schedule ?? afterDelay;
  const evaluator = new AlarmEvaluator(options);
  for (const [arn, names] of actionsWithoutTarget(alarms, options.actions)) {
    events.warn(
      'info',
      `Alarms notify ${arn}, which is not emulated; their states are shown here only: ${names.join(', ')}`,
    );
  }
  const intervalMs = Math.min(...alarms.map(evaluationIntervalOf));
  let isClosed = false;
  let cancel = (): void => undefined;
  let firstValuesMs: number | undefined;
  let isUnseenTold = false;

  const nameUnseen = async (nowMs: number): Promise<void> => {
    if (isUnseenTold) return;
    // If nobody uses the stack, no metric has values.
    if (firstValuesMs === undefined && (await metrics.list()).length > 0) firstValuesMs = nowMs;
    if (firstValuesMs === undefined || nowMs < firstValuesMs + UNSEEN_AFTER_MS) return;
    isUnseenTold = true;
    for (const message of await unseenMetrics(alarms, metrics)) events.warn('warn', message);
  };
  const run = async (): Promise<void> => {
    const nowMs = events.now();
    try {
      await evaluator.evaluate(nowMs);
      await nameUnseen(nowMs);
    } catch (error) {
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
      if (!isClosed) events.warn('error', `The alarms could not be evaluated: ${text}`);
    }
    plan();
  };
  const plan = (): void => {
    if (isClosed) return;
    const nowMs = events.now();
    const nextMs = (Math.floor((nowMs - DELAY_MS) / intervalMs) + 1) * intervalMs + DELAY_MS;
    cancel = schedule(() => void run(), nextMs - nowMs);
  };
  if (alarms.length > 0) plan();

  return {
    get statuses() {
      return evaluator.statuses;
    },
    get history() {
      return evaluator.history;
    },
    setState: (...change) => evaluator.setState(...change),
    setActionsEnabled: (...change) => {
      evaluator.setActionsEnabled(...change);
    },
    close() {
      isClosed = true;
      cancel();
    },
  };
}

function afterDelay(run: () => void, delayMs: number): () => void {
  const timer = setTimeout(run, delayMs).unref();
  return () => {
    clearTimeout(timer);
  };
}
