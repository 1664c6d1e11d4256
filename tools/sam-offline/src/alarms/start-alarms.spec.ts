import { createEventBus, type EventOf } from '../events/index.ts';
import { type MetricId, openInsights } from '../insights/index.ts';
import type { Alarm, CompositeAlarm, MetricAlarm } from '../template/index.ts';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Alarms, startAlarms } from './index.ts';

const MINUTE_MS = 60_000;
const START_MS = Date.UTC(2026, 10, 25, 12, 0, 5);
const TOPIC = 'arn:aws:sns:ap-northeast-1:123456789012:pages';
const ANNOUNCED = 'arn:aws:sns:ap-northeast-1:123456789012:announced';
const PAGER = 'arn:aws:lambda:ap-northeast-1:123456789012:function:demo-pager';

function metricAlarm(alarmName: string, more: Partial<MetricAlarm> = {}): MetricAlarm {
  return {
    ...{ type: 'metric', logicalId: alarmName, alarmName, actionsEnabled: true, isMath: false },
    arn: arnOf(alarmName),
    actions: { OK: [], ALARM: [], INSUFFICIENT_DATA: [] },
    queries: [stat('m1', 'Errors', 60, true)],
    ...{ periodSeconds: 60, threshold: 0, comparisonOperator: 'GreaterThanThreshold' },
    ...{ evaluationPeriods: 1, datapointsToAlarm: 1, treatMissingData: 'notBreaching' },
    ...more,
  };
}

function compositeAlarm(
  alarmName: string,
  rule: string,
  more: Partial<CompositeAlarm> = {},
): CompositeAlarm {
  return {
    ...{ type: 'composite', logicalId: alarmName, alarmName, arn: arnOf(alarmName), rule },
    ...{ actionsEnabled: true, actions: { OK: [], ALARM: [], INSUFFICIENT_DATA: [] } },
    ...more,
  };
}

function arnOf(alarmName: string): string {
  return `arn:aws:cloudwatch:ap-northeast-1:123456789012:alarm:${alarmName}`;
}

function stat(id: string, name: string, periodSeconds: number, returnData = false) {
  const metricStat = { namespace: 'Test', name, dimensions: {}, periodSeconds, stat: 'Sum' };
  return { id, metricStat, returnData };
}

/** Alarms on a store of metrics, with a clock that the test moves. */
class Bench {
  nowMs = START_MS;
  readonly changes: string[] = [];
  readonly warnings: string[] = [];
  readonly invoked: unknown[] = [];
  readonly alarms: Alarms;
  readonly #directory = mkdtempSync(join(tmpdir(), 'sam-offline-alarms-'));
  readonly #bus = createEventBus({
    wallClock: () => this.nowMs,
    monotonicClock: () => this.nowMs - START_MS,
  });
  readonly #insights = openInsights({ directory: this.#directory, bus: this.#bus });
  #next: { readonly atMs: number; readonly run: () => void } | undefined;
  #planned = Promise.withResolvers<undefined>();

  constructor(alarms: readonly Alarm[]) {
    this.#bus.subscribe((event) => {
      if (event.type === 'alarm.changed') this.changes.push(this.#show(event));
      if (event.type === 'warning') this.warnings.push(event.message);
    });
    this.alarms = startAlarms({
      ...{ alarms, metrics: this.#insights.metrics, events: this.#bus },
      actions: {
        ...{ region: 'ap-northeast-1', accountId: '123456789012' },
        functions: [{ arn: PAGER, logicalId: 'Pager' }],
        invokeAsync: (logicalId, payload) => {
          this.invoked.push([logicalId, JSON.parse(payload.toString())]);
        },
        topics: [{ arn: ANNOUNCED }],
        publish: (topicArn, subject, message) => {
          this.invoked.push([topicArn, subject, JSON.parse(message)]);
        },
      },
      schedule: (run, delayMs) => {
        this.#next = { atMs: this.nowMs + delayMs, run };
        this.#planned.resolve(undefined);
        return () => {
          this.#next = undefined;
        };
      },
    });
  }

  put(name: string, value: number, dimensions: MetricId['dimensions'] = {}): void {
    const datum = {
      metricName: name,
      dimensions,
      unit: 'None',
      values: [value],
      storageResolution: 1,
    } as const;
    this.#insights.putMetrics([{ namespace: 'Test', timestampMs: this.nowMs, datum }]);
  }

  /** Lets some seconds pass, with all evaluations that are due in them. */
  async pass(seconds: number): Promise<void> {
    const endMs = this.nowMs + seconds * 1000;
    while (this.#next !== undefined && this.#next.atMs <= endMs) {
      const { atMs, run } = this.#next;
      this.nowMs = atMs;
      this.#planned = Promise.withResolvers();
      run();
      await this.#planned.promise;
    }
    this.nowMs = endMs;
  }

  async close(): Promise<void> {
    this.alarms.close();
    await this.#insights.close();
    rmSync(this.#directory, { recursive: true, force: true });
  }

  #show({ alarmName, state, timeMs }: EventOf<'alarm.changed'>): string {
    return `${alarmName} ${state} at ${new Date(timeMs).toISOString().slice(14, 19)}`;
  }
}

describe('alarms', () => {
  const benches: Bench[] = [];
  const start = (...alarms: Alarm[]): Bench => {
    const bench = new Bench(alarms);
    benches.push(bench);
    return bench;
  };
  afterEach(async () => {
    for (const bench of benches.splice(0)) await bench.close();
  });

  it('go to ALARM shortly after a period in which their metric breached, and back when data are missing', async () => {
    const bench = start(metricAlarm('errors'));
    expect(bench.alarms.statuses).toMatchObject([
      { state: 'INSUFFICIENT_DATA', reason: 'Unchecked: Initial alarm creation' },
    ]);
    await bench.pass(70);
    bench.put('Errors', 2);
    await bench.pass(300);

    // The evaluation range has two periods more than are evaluated, so they are read again.
    expect(bench.changes).toEqual([
      'errors OK at 01:01',
      'errors ALARM at 02:01',
      'errors OK at 05:01',
    ]);
    expect(bench.alarms.history.map(({ type, summary }) => [type, summary])).toEqual([
      ['ConfigurationUpdate', 'Alarm "errors" created'],
      ['StateUpdate', 'Alarm updated from INSUFFICIENT_DATA to OK'],
      ['StateUpdate', 'Alarm updated from OK to ALARM'],
      ['StateUpdate', 'Alarm updated from ALARM to OK'],
    ]);
    expect(JSON.parse(bench.alarms.history[2]?.data ?? '')).toMatchObject({
      oldState: { stateValue: 'OK' },
      newState: {
        stateValue: 'ALARM',
        stateReason: expect.stringContaining(
          '[2.0 (25/11/26 12:01:00)] was greater than the threshold (0.0)',
        ),
        stateReasonData: { recentDatapoints: [2], period: 60, statistic: 'Sum' },
      },
    });
  });

  it('with short periods are evaluated every 10 s', async () => {
    const queries = [stat('m1', 'Errors', 10, true)];
    const bench = start(metricAlarm('fast', { periodSeconds: 10, queries }));
    await bench.pass(8);
    bench.put('Errors', 1);
    await bench.pass(10);
    bench.put('Errors', 0);
    await bench.pass(12);
    expect(bench.changes).toEqual(['fast OK at 00:11', 'fast ALARM at 00:21', 'fast OK at 00:31']);
  });

  it('with long periods look at windows that slide by a minute', async () => {
    const queries = [stat('m1', 'Errors', 300, true)];
    const bench = start(metricAlarm('slow', { periodSeconds: 300, queries, threshold: 5 }));
    await bench.pass(170); // 12:02:55
    bench.put('Errors', 3);
    await bench.pass(240); // 12:06:55
    bench.put('Errors', 3);
    await bench.pass(120);
    // Both values are in the five minutes until 12:07, and in no period that starts at a multiple
    // of five.
    expect(bench.changes).toEqual(['slow OK at 01:01', 'slow ALARM at 07:01', 'slow OK at 08:01']);
  });

  it('evaluate metric math', async () => {
    const queries = [
      { id: 'share', expression: '100 * FILL(errors, 0) / requests', returnData: true },
      stat('errors', 'Errors', 60),
      stat('requests', 'Requests', 60),
    ];
    const bench = start(metricAlarm('share', { isMath: true, queries, threshold: 5 }));
    bench.put('Requests', 10);
    await bench.pass(60);
    bench.put('Requests', 10);
    bench.put('Errors', 1);
    await bench.pass(60);
    expect(bench.changes).toEqual(['share OK at 01:01', 'share ALARM at 02:01']);
  });

  it('that cannot be evaluated are named once', async () => {
    const broken = (alarmName: string, expression: string) =>
      metricAlarm(alarmName, {
        isMath: true,
        queries: [{ id: 'e1', expression, returnData: true }],
      });
    const bench = start(broken('band', 'ANOMALY_DETECTION_BAND(1)'), broken('typo', 'm1 +'));
    await bench.pass(200);
    expect(bench.warnings).toEqual([
      expect.stringMatching(/^The alarm band cannot be evaluated: .*ANOMALY_DETECTION_BAND/),
      expect.stringMatching(/^The alarm typo cannot be evaluated: .*ends where/),
    ]);
    expect(bench.alarms.statuses).toMatchObject([
      { state: 'INSUFFICIENT_DATA', evaluationError: expect.any(String) },
      { state: 'INSUFFICIENT_DATA' },
    ]);
  });

  it('keep their state where missing data are ignored', async () => {
    const bench = start(metricAlarm('errors', { treatMissingData: 'ignore' }));
    bench.put('Errors', 1);
    await bench.pass(600);
    expect(bench.changes).toEqual(['errors ALARM at 01:01']);
  });

  describe('composites', () => {
    it('follow their rule, also when they depend on each other', async () => {
      const bench = start(
        compositeAlarm('all', `ALARM("any") AND NOT OK("${arnOf('errors')}")`),
        compositeAlarm('any', 'ALARM(errors) OR ALARM(other)'),
        metricAlarm('errors'),
        metricAlarm('other', { queries: [stat('m1', 'Other', 60, true)] }),
      );
      bench.put('Other', 1);
      await bench.pass(60);
      bench.put('Errors', 1);
      await bench.pass(60);
      expect(bench.changes).toEqual([
        'errors OK at 01:01',
        'other ALARM at 01:01',
        // The rules are evaluated until no state changes any more.
        'all OK at 01:01',
        'any ALARM at 01:01',
        'errors ALARM at 02:01',
        'all ALARM at 02:01',
      ]);
    });

    it('with a wrong rule, or alarms that do not exist, are named', async () => {
      const bench = start(compositeAlarm('wrong', 'ALARM('), compositeAlarm('lost', 'ALARM(none)'));
      await bench.pass(60);
      expect(bench.warnings).toEqual([
        expect.stringContaining('The alarm wrong is not evaluated, because its AlarmRule is wrong'),
        expect.stringContaining(
          'The alarm lost refers to alarms that are not evaluated here: none',
        ),
      ]);
      expect(bench.changes).toEqual(['lost OK at 01:01']);
    });

    it('run no action while their suppressor is in ALARM, nor in its wait and extension periods', async () => {
      const bench = start(
        metricAlarm('errors'),
        metricAlarm('deploying', { queries: [stat('m1', 'Deploying', 60, true)] }),
        compositeAlarm('quiet', 'ALARM(errors)', {
          actions: { OK: [], ALARM: [PAGER], INSUFFICIENT_DATA: [] },
          suppressor: { alarm: 'deploying', waitMs: 120_000, extensionMs: 120_000 },
        }),
      );
      const suppressedBy = () =>
        bench.alarms.statuses.find(({ alarm }) => alarm.alarmName === 'quiet')?.suppressedBy;
      const keepRinging = async (deploying: number): Promise<void> => {
        bench.put('Errors', 1);
        bench.put('Deploying', deploying);
        await bench.pass(60);
      };
      await bench.pass(60);
      await keepRinging(0);
      expect(suppressedBy()).toBe('WaitPeriod');
      await keepRinging(1);
      expect(suppressedBy()).toBe('Alarm');
      await keepRinging(0);
      expect(suppressedBy()).toBe('ExtensionPeriod');
      expect(bench.invoked).toEqual([]);
      await keepRinging(0);
      await keepRinging(0);
      expect(suppressedBy()).toBeUndefined();
      expect(bench.invoked).toHaveLength(1);
    });
  });

  describe('actions', () => {
    const actions = { OK: [], ALARM: [PAGER, TOPIC], INSUFFICIENT_DATA: [] };

    it('invoke functions, and name targets that are not emulated', async () => {
      const bench = start(metricAlarm('errors', { actions }), metricAlarm('second', { actions }));
      expect(bench.warnings).toEqual([
        `Alarms notify ${TOPIC}, which is not emulated; their states are shown here only: errors, second`,
      ]);
      bench.alarms.setActionsEnabled(['second', 'unknown'], false);
      await bench.pass(60);
      bench.put('Errors', 1);
      await bench.pass(60);
      expect(bench.invoked).toEqual([
        [
          'Pager',
          expect.objectContaining({
            ...{ source: 'aws.cloudwatch', alarmArn: arnOf('errors'), accountId: '123456789012' },
            alarmData: expect.objectContaining({
              alarmName: 'errors',
              state: expect.objectContaining({ value: 'ALARM' }),
              previousState: expect.objectContaining({ value: 'OK' }),
            }),
          }),
        ],
      ]);
      expect(
        bench.alarms.history.filter(({ type }) => type === 'Action').map(({ summary }) => summary),
      ).toEqual([
        `Successfully executed action ${PAGER}`,
        `Failed to execute action ${TOPIC}: sam-offline does not emulate the target of the action`,
      ]);
    });
  });

  it('are published to the topics of the stack', async () => {
    const actions = { OK: [], ALARM: [ANNOUNCED], INSUFFICIENT_DATA: [] };
    const bench = start(metricAlarm('errors', { actions }));
    expect(bench.warnings).toEqual([]);
    await bench.pass(60);
    bench.put('Errors', 1);
    await bench.pass(60);
    expect(bench.invoked).toEqual([
      [
        ANNOUNCED,
        'ALARM: "errors" in ap-northeast-1',
        expect.objectContaining({
          ...{ AlarmName: 'errors', NewStateValue: 'ALARM', OldStateValue: 'OK' },
          AlarmArn: arnOf('errors'),
          Trigger: expect.objectContaining({ MetricName: 'Errors', Threshold: 0, Period: 60 }),
        }),
      ],
    ]);
  });

  it('can be put into a state until they are evaluated again', async () => {
    const bench = start(metricAlarm('errors'), compositeAlarm('any', 'ALARM(errors)'));
    await bench.pass(60);
    expect(bench.alarms.setState('errors', 'ALARM', 'a drill', '{"a":1}')).toBe(true);
    expect(bench.alarms.setState('unknown', 'ALARM', 'a drill')).toBe(false);
    expect(bench.alarms.statuses).toMatchObject([
      { state: 'ALARM', reason: 'a drill', reasonData: '{"a":1}' },
      { state: 'ALARM' },
    ]);
    await bench.pass(60);
    expect(bench.alarms.statuses.map(({ state }) => state)).toEqual(['OK', 'OK']);
  });

  it('on metrics that nobody emits are named in a warning, after other metrics have had values for a while', async () => {
    const dimensions = { route: 'x' };
    const misspelt = metricAlarm('misspelt', { queries: [stat('m1', 'Erors', 60, true)] });
    const elsewhere = metricAlarm('elsewhere', { queries: [stat('m1', 'Latency', 60, true)] });
    const unused = metricAlarm('unused', {
      queries: [
        {
          id: 'm1',
          returnData: true,
          metricStat: { ...stat('m1', 'Latency', 60).metricStat, dimensions: { route: 'y' } },
        },
      ],
    });
    const bench = start(metricAlarm('errors'), misspelt, elsewhere, unused);
    await bench.pass(600);
    // If nobody uses the stack, there is no warning.
    expect(bench.warnings).toEqual([]);
    bench.put('Errors', 0);
    bench.put('Latency', 1, dimensions);
    await bench.pass(600);
    expect(bench.warnings).toEqual([
      'Alarms watch metrics that have had values with other dimensions only: elsewhere (Test Latency with no dimensions; there is one with route=x). Compare the dimensions.',
      expect.stringMatching(
        /^Alarms watch metrics that have had no values so far: misspelt \(Test Erors\), unused \(Test Latency\)\./,
      ),
    ]);
  });

  it('are not evaluated after the end', async () => {
    const bench = start(metricAlarm('errors'));
    bench.alarms.close();
    await bench.pass(MINUTE_MS / 100);
    expect(bench.changes).toEqual([]);
  });
});
