import {
  CloudWatchClient,
  DescribeAlarmHistoryCommand,
  paginateDescribeAlarms,
} from '@aws-sdk/client-cloudwatch';
import type { Target } from './target.ts';
import { eventually } from './watching.ts';

/** So long an alarm of three periods of 10 s may take at most, on a busy machine, in ms. */
const PATIENCE_MS = 120_000;

/** A stack's alarms, as CloudWatch tells of them; their names are without the stack's. */
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
   * Waits until an alarm is in a state.
   *
   * @param meanwhile what is done again and again until then
   * @returns whole seconds that it took
   * @throws Error when it is not after two minutes
   */
  async becomes(
    name: string,
    state: string,
    meanwhile: () => Promise<unknown> = () => Promise.resolve(),
  ): Promise<number> {
    const startMs = Date.now();
    const stateNow = async (): Promise<string | undefined> => {
      const { [name]: found } = await this.states();
      if (found !== state) await meanwhile();
      return found;
    };
    const found = await eventually(stateNow, (current) => current === state, PATIENCE_MS);
    const seconds = Math.round((Date.now() - startMs) / 1000);
    if (found === state) return seconds;
    throw new Error(`${name} is ${found ?? 'absent'} after ${seconds} s, and not ${state}`);
  }

  /** The changes of an alarm's state since then, oldest first: `OK to ALARM`. */
  async changes(name: string, since: Date): Promise<string[]> {
    const { AlarmHistoryItems: items = [] } = await this.#cloudWatch.send(
      new DescribeAlarmHistoryCommand({
        AlarmName: this.#prefix + name,
        AlarmTypes: ['MetricAlarm', 'CompositeAlarm'],
        HistoryItemType: 'StateUpdate',
        StartDate: since,
        EndDate: new Date(),
        ScanBy: 'TimestampAscending',
      }),
    );
    return items.map(({ HistorySummary: summary = '' }) =>
      summary.replace(/^Alarm updated from /, ''),
    );
  }
}
