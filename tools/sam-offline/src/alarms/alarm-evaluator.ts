import type { AlarmState, Events } from '../events/index.ts';
import { StatisticError } from '../insights/index.ts';
import { MetricMathError, type MetricSource } from '../metric-math/index.ts';
import type { Alarm, CompositeAlarm, MetricAlarm } from '../template/index.ts';
import { type ActionTargets, performAction } from './actions.ts';
import { alarmNameOf, type AlarmRule, AlarmRuleError, parseAlarmRule } from './alarm-rule.ts';
import type { AlarmHistoryItem, AlarmStatus } from './alarm-status.ts';
import { evaluateMetricAlarm } from './evaluate-metric-alarm.ts';
import type { AlarmDatapoint } from './ruleset.ts';
import { AlarmHistory } from './history.ts';
import { readRange } from './read-range.ts';
import { INITIAL_REASON } from './reasons.ts';
import { Suppression } from './suppression.ts';

export interface AlarmEvaluatorOptions {
  readonly alarms: readonly Alarm[];
  readonly metrics: MetricSource;
  readonly events: Pick<Events, 'emit' | 'now' | 'warn'>;
  readonly actions: ActionTargets;
}

interface Entry {
  status: AlarmStatus;
  /** The end of the latest period that was evaluated, in ms since 1970. */
  evaluatedMs: number;
  readonly rule?: AlarmRule | undefined;
  readonly suppression?: Suppression | undefined;
}

/**
 * Metric alarms with a shorter period than this are evaluated every 10 s, and the others once a
 * minute.
 */
const MINUTE_MS = 60_000;
const HIGH_RESOLUTION_MS = 10_000;

/** The time between evaluations of an alarm, in ms. */
export function evaluationIntervalOf(alarm: Alarm): number {
  return alarm.type === 'metric' && alarm.periodSeconds * 1000 < MINUTE_MS
    ? HIGH_RESOLUTION_MS
    : MINUTE_MS;
}

/**
 * The states of the template's alarms. It evaluates them on each call, emits changes as facts, and
 * keeps their history.
 */
export class AlarmEvaluator {
  readonly #options: AlarmEvaluatorOptions;
  readonly #entries = new Map<string, Entry>();
  readonly #history = new AlarmHistory();

  constructor(options: AlarmEvaluatorOptions) {
    this.#options = options;
    const nowMs = options.events.now();
    for (const alarm of options.alarms) this.#add(alarm, nowMs);
    this.#checkRules();
  }

  get statuses(): readonly AlarmStatus[] {
    return [...this.#entries.values()].map(({ status, suppression }) => ({
      ...status,
      suppressedBy: suppression?.by,
    }));
  }

  get history(): readonly AlarmHistoryItem[] {
    return this.#history.items;
  }

  /**
   * Evaluates the alarms for which a period has ended since their latest evaluation.
   *
   * @param nowMs ms since 1970
   */
  async evaluate(nowMs: number): Promise<void> {
    for (const entry of this.#entries.values()) {
      const { alarm } = entry.status;
      if (alarm.type !== 'metric') continue;
      const intervalMs = evaluationIntervalOf(alarm);
      const endMs = Math.floor(nowMs / intervalMs) * intervalMs;
      if (endMs <= entry.evaluatedMs) continue;
      entry.evaluatedMs = endMs;
      await this.#evaluateMetric(entry, alarm, endMs, nowMs);
    }
    this.#settle(nowMs);
  }

  /**
   * Puts an alarm into a state until its next evaluation (`SetAlarmState`).
   *
   * @returns false if there is no such alarm
   */
  setState(alarmName: string, state: AlarmState, reason: string, reasonData?: string): boolean {
    const entry = this.#entries.get(alarmName);
    if (entry === undefined) return false;
    const nowMs = this.#options.events.now();
    this.#change(entry, state, reason, reasonData, nowMs);
    this.#settle(nowMs);
    return true;
  }

  /** Names without an alarm are ignored, as CloudWatch ignores them. */
  setActionsEnabled(alarmNames: readonly string[], actionsEnabled: boolean): void {
    for (const name of alarmNames) {
      const entry = this.#entries.get(name);
      if (entry === undefined || entry.status.actionsEnabled === actionsEnabled) continue;
      entry.status = { ...entry.status, actionsEnabled };
      this.#record(entry, 'ConfigurationUpdate', `Alarm "${name}" updated`, { actionsEnabled });
    }
  }

  #add(alarm: Alarm, nowMs: number): void {
    const entry: Entry = {
      status: {
        ...{ alarm, state: 'INSUFFICIENT_DATA', reason: INITIAL_REASON },
        ...{ updatedMs: nowMs, transitionedMs: nowMs, actionsEnabled: alarm.actionsEnabled },
      },
      // The period in which the run began is evaluated when it ends.
      evaluatedMs: nowMs,
      rule: alarm.type === 'composite' ? this.#ruleOf(alarm) : undefined,
      suppression:
        alarm.type === 'composite' && alarm.suppressor !== undefined
          ? new Suppression(alarm.suppressor)
          : undefined,
    };
    this.#entries.set(alarm.alarmName, entry);
    this.#record(entry, 'ConfigurationUpdate', `Alarm "${alarm.alarmName}" created`, {}, nowMs);
  }

  #ruleOf(alarm: CompositeAlarm): AlarmRule | undefined {
    try {
      return parseAlarmRule(alarm.rule);
    } catch (error) {
      if (!(error instanceof AlarmRuleError)) throw error;
      this.#options.events.warn(
        'warn',
        `The alarm ${alarm.alarmName} is not evaluated, because its AlarmRule is wrong: ${error.message}`,
      );
      return undefined;
    }
  }

  /**
   * Reports alarms that rules refer to and that do not exist. CloudFormation would not create such
   * a rule.
   */
  #checkRules(): void {
    for (const { status, rule } of this.#entries.values()) {
      const { alarm } = status;
      const suppressor = alarm.type === 'composite' ? alarm.suppressor?.alarm : undefined;
      const names = [
        ...(rule?.alarmNames ?? []),
        ...(suppressor === undefined ? [] : [alarmNameOf(suppressor)]),
      ];
      const unknown = names.filter((name) => !this.#entries.has(name));
      if (unknown.length === 0) continue;
      this.#options.events.warn(
        'warn',
        `The alarm ${alarm.alarmName} refers to alarms that are not evaluated here: ${unknown.join(', ')}. They count as INSUFFICIENT_DATA.`,
      );
    }
  }

  async #evaluateMetric(
    entry: Entry,
    alarm: MetricAlarm,
    endMs: number,
    nowMs: number,
  ): Promise<void> {
    let range: readonly (AlarmDatapoint | undefined)[];
    try {
      range = await readRange(alarm, endMs, this.#options.metrics);
    } catch (error) {
      if (!(error instanceof MetricMathError) && !(error instanceof StatisticError)) throw error;
      if (entry.status.evaluationError !== undefined) return;
      entry.status = { ...entry.status, evaluationError: error.message };
      this.#options.events.warn(
        'warn',
        `The alarm ${alarm.alarmName} cannot be evaluated: ${error.message}`,
      );
      return;
    }
    entry.status = { ...entry.status, evaluationError: undefined };
    const evaluation = evaluateMetricAlarm(alarm, range);
    if (evaluation === undefined) return;
    const { state, reason, datapoints } = evaluation;
    const reasonData = JSON.stringify({
      ...{ version: '1.0', queryDate: new Date(nowMs).toISOString() },
      ...(datapoints[0] !== undefined && {
        startDate: new Date(datapoints[0].timeMs).toISOString(),
      }),
      ...(alarm.isMath ? {} : { statistic: alarm.queries[0]?.metricStat?.stat }),
      ...{ period: alarm.periodSeconds, threshold: alarm.threshold },
      recentDatapoints: datapoints.map(({ value }) => value),
      evaluatedDatapoints: datapoints.map(({ timeMs, value }) => ({
        ...{ timestamp: new Date(timeMs).toISOString(), value },
      })),
    });
    if (state !== entry.status.state) this.#change(entry, state, reason, reasonData, nowMs);
  }

  /** Composite alarms may depend on each other, so one change can cause others. */
  #settle(nowMs: number): void {
    const composites = [...this.#entries.values()].filter(({ rule }) => rule !== undefined);
    for (let pass = 0; pass <= composites.length; pass += 1) {
      const changed = composites.filter((entry) => this.#evaluateComposite(entry, nowMs));
      if (changed.length === 0) break;
    }
    for (const { status, suppression } of this.#entries.values()) {
      suppression?.check(nowMs, this.#isSuppressorRinging(status.alarm));
    }
  }

  #evaluateComposite(entry: Entry, nowMs: number): boolean {
    const { rule, status } = entry;
    if (rule === undefined) return false;
    const state = rule.holds((name) => this.#stateOf(name)) ? 'ALARM' : 'OK';
    if (state === status.state) return false;
    const children = rule.alarmNames.map((name) => `${name} is ${this.#stateOf(name)}`).join(', ');
    const reason = `The rule ${state === 'ALARM' ? 'holds' : 'does not hold'}: ${children}`;
    this.#change(entry, state, reason, undefined, nowMs);
    return true;
  }

  #stateOf(alarmName: string): AlarmState {
    return this.#entries.get(alarmName)?.status.state ?? 'INSUFFICIENT_DATA';
  }

  #isSuppressorRinging(alarm: Alarm): boolean {
    if (alarm.type !== 'composite' || alarm.suppressor === undefined) return false;
    return this.#stateOf(alarmNameOf(alarm.suppressor.alarm)) === 'ALARM';
  }

  #change(
    entry: Entry,
    state: AlarmState,
    reason: string,
    reasonData: string | undefined,
    nowMs: number,
  ): void {
    const previous = entry.status;
    const isTransition = previous.state !== state;
    const transitionedMs = isTransition ? nowMs : previous.transitionedMs;
    entry.status = { ...previous, state, reason, reasonData, updatedMs: nowMs, transitionedMs };
    if (!isTransition) return;
    const { alarm } = previous;
    this.#record(
      entry,
      'StateUpdate',
      `Alarm updated from ${previous.state} to ${state}`,
      {
        oldState: stateData(previous),
        newState: stateData(entry.status),
      },
      nowMs,
    );
    this.#options.events.emit({
      ...{ type: 'alarm.changed', timeMs: nowMs, alarmName: alarm.alarmName, alarmArn: alarm.arn },
      ...{ state, previousState: previous.state, reason },
    });
    const status = entry.status;
    const tell = (): void => {
      this.#act(entry, status, previous);
    };
    if (entry.suppression === undefined) tell();
    else entry.suppression.hold(tell, nowMs, this.#isSuppressorRinging(alarm));
  }

  #act(entry: Entry, status: AlarmStatus, previous: AlarmStatus): void {
    if (!entry.status.actionsEnabled) return;
    for (const arn of status.alarm.actions[status.state]) {
      const problem = performAction(arn, status, previous, this.#options.actions);
      const summary =
        problem === undefined
          ? `Successfully executed action ${arn}`
          : `Failed to execute action ${arn}: ${problem}`;
      this.#record(entry, 'Action', summary, {
        ...{
          actionState: problem === undefined ? 'Succeeded' : 'Failed',
          notificationResource: arn,
        },
        ...{ stateUpdateTimestamp: status.transitionedMs, error: problem },
      });
    }
  }

  #record(
    { status: { alarm } }: Entry,
    type: AlarmHistoryItem['type'],
    summary: string,
    data: object,
    timeMs: number = this.#options.events.now(),
  ): void {
    this.#history.add({
      ...{ alarmName: alarm.alarmName, timeMs, type },
      alarmType: alarm.type === 'metric' ? 'MetricAlarm' : 'CompositeAlarm',
      // CloudWatch's limits of the two fields, in characters.
      summary: summary.slice(0, 255),
      data: JSON.stringify({ version: '1.0', type, ...data }).slice(0, 4095),
    });
  }
}

function stateData({ state, reason, reasonData }: AlarmStatus) {
  return {
    stateValue: state,
    stateReason: reason,
    ...(reasonData !== undefined && { stateReasonData: JSON.parse(reasonData) as unknown }),
  };
}
