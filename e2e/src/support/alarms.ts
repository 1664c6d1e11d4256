import {
  CloudWatchClient,
  paginateDescribeAlarmHistory,
  paginateDescribeAlarms,
} from '@aws-sdk/client-cloudwatch';
import type { Target } from './target.ts';
import { eventually } from './watching.ts';

/** How long to wait for an alarm (ms): that of a stream's age takes longest, on a busy machine. */
const PATIENCE_MS = 270_000;

/** A stack's alarms, as CloudWatch describes them. Names here are without the stack's name. */
export class StackAlarms {
  readonly #prefix: string;
  readonly #cloudWatch: CloudWatchClient;

  constructor({ PostsTableName, AwsEndpointUrl }: Target) {
    this.#prefix = PostsTableName.replace(/posts$/, '');
    this.#cloudWatch = new CloudWatchClient({
      region: process.env.AWS_REGION ?? 'ap-northeast-1',
      ...(AwsEndpointUrl !== undefined && { endpoint: AwsEndpointUrl }),
    });
  }

  close(): void {
    this.#cloudWatch.destroy();
  }

  /** The state of each alarm, by its name. */
  async states(): Promise<Record<string, string>> {
    const states: Record<string, string> = {};
    for await (const page of paginateDescribeAlarms(
      { client: this.#cloudWatch },
      { AlarmNamePrefix: this.#prefix, AlarmTypes: ['MetricAlarm', 'CompositeAlarm'] },
    )) {
      for (const alarm of [...(page.MetricAlarms ?? []), ...(page.CompositeAlarms ?? [])]) {
        states[(alarm.AlarmName ?? '').slice(this.#prefix.length)] = alarm.StateValue ?? '';
      }
    }
    return states;
  }

  /**
   * Waits until each of the named alarms has been in a state, or all alarms when none is named.
   *
   * @param meanwhile is called repeatedly until then
   * @returns whole seconds that each took, by its name
   * @throws Error when one has not been in the state after `PATIENCE_MS`
   */
  async become(
    state: string,
    names?: readonly string[],
    meanwhile: () => Promise<unknown> = () => Promise.resolve(),
  ): Promise<Record<string, number>> {
    const startMs = Date.now();
    const seconds: Record<string, number> = {};
    const left = async (): Promise<string[]> => {
      const states = await this.states();
      for (const [name, found] of Object.entries(states)) {
        if (found === state) seconds[name] ??= Math.round((Date.now() - startMs) / 1000);
      }
      const others = (names ?? Object.keys(states)).filter((name) => seconds[name] === undefined);
      if (others.length > 0) await meanwhile();
      return others;
    };
    const others = await eventually(left, ({ length }) => length === 0, PATIENCE_MS);
    if (others.length > 0) {
      throw new Error(`not ${state} after ${PATIENCE_MS / 1000} s: ${others.join(', ')}`);
    }
    return seconds;
  }

  /**
   * The changes of the alarms' states since a time, oldest first: `OK to ALARM`. Alarms without
   * changes are left out.
   */
  async changes(since: Date): Promise<Record<string, string[]>> {
    const changes: Record<string, string[]> = {};
    const pages = paginateDescribeAlarmHistory(
      { client: this.#cloudWatch },
      {
        AlarmTypes: ['MetricAlarm', 'CompositeAlarm'],
        HistoryItemType: 'StateUpdate',
        StartDate: since,
        EndDate: new Date(),
        ScanBy: 'TimestampAscending',
      },
    );
    for await (const { AlarmHistoryItems: items = [] } of pages) {
      for (const { AlarmName: name = '', HistorySummary: summary = '' } of items) {
        const change = summary.replace(/^Alarm updated from /, '');
        (changes[name.slice(this.#prefix.length)] ??= []).push(change);
      }
    }
    return changes;
  }
}
