import type { AlarmHistoryItem, AlarmStatus } from '../../alarms/index.ts';
import { route, type Route } from '../http/index.ts';
import type { MetricAlarm } from '../../template/index.ts';
import type { ConsoleContext } from './context.ts';

/** An alarm, as the page shows it. */
export interface ShownAlarm extends Omit<AlarmStatus, 'alarm'> {
  readonly alarmName: string;
  readonly arn: string;
  readonly type: 'metric' | 'composite';
  readonly description?: string | undefined;
  /** The URLs in the description. Most often, one leads to the runbook. */
  readonly links: readonly string[];
  /** The condition in words: `> 5 for 2 of 3 periods of 60 s`, or a composite alarm's rule. */
  readonly condition: string;
  readonly threshold?: number | undefined;
  readonly periodSeconds?: number | undefined;
  readonly history: readonly AlarmHistoryItem[];
}

export interface AlarmsResponse {
  readonly alarms: readonly ShownAlarm[];
}

/** The template's alarms with their states and history. */
export function alarmRoutes({ alarms }: ConsoleContext): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/alarms',
      operationId: 'listAlarms',
      summary:
        'The alarms of the template with state, reason, history and runbook; alarms in ALARM come first.',
      response: 'Alarms.',
      handle: (): AlarmsResponse => {
        const { statuses = [], history = [] } = alarms() ?? {};
        const shown = statuses.map((status) =>
          shownAlarm(
            status,
            history.filter(({ alarmName }) => alarmName === status.alarm.alarmName),
          ),
        );
        return { alarms: shown.sort((a, b) => ORDER[a.state] - ORDER[b.state]) };
      },
    }),
  ];
}

const ORDER: Readonly<Record<AlarmStatus['state'], number>> = {
  ALARM: 0,
  INSUFFICIENT_DATA: 1,
  OK: 2,
};

function shownAlarm(
  { alarm, ...status }: AlarmStatus,
  history: readonly AlarmHistoryItem[],
): ShownAlarm {
  const { alarmName, arn, type, description } = alarm;
  return {
    ...{ ...status, alarmName, arn, type, description, history: history.toReversed() },
    links: description?.match(/https?:\/\/[^\s"'<>)]+/g) ?? [],
    condition: alarm.type === 'composite' ? alarm.rule : conditionOf(alarm),
    ...(alarm.type === 'metric' && {
      ...{ threshold: alarm.threshold, periodSeconds: alarm.periodSeconds },
    }),
  };
}

const OPERATORS: Readonly<Record<MetricAlarm['comparisonOperator'], string>> = {
  GreaterThanOrEqualToThreshold: '≥',
  GreaterThanThreshold: '>',
  LessThanThreshold: '<',
  LessThanOrEqualToThreshold: '≤',
};

function conditionOf(alarm: MetricAlarm): string {
  const { comparisonOperator, threshold, datapointsToAlarm, evaluationPeriods, periodSeconds } =
    alarm;
  const [query] = alarm.queries.filter(({ returnData }) => returnData);
  const metric = query?.metricStat;
  const what = metric === undefined ? query?.expression : `${metric.stat} of ${metric.name}`;
  return `${what ?? ''} ${OPERATORS[comparisonOperator]} ${threshold} in ${datapointsToAlarm} of ${evaluationPeriods} periods of ${periodSeconds} s`;
}
