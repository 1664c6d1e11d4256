import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  DescribeLogGroupsCommand,
  DescribeLogStreamsCommand,
  FilterLogEventsCommand,
  type FilterLogEventsCommandInput,
  GetLogEventsCommand,
  paginateDescribeLogGroups,
  paginateDescribeLogStreams,
  paginateFilterLogEvents,
  PutLogEventsCommand,
  StartQueryCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import {
  ACCOUNT_ID,
  type ObservedEndpoint,
  REGION,
  startObservedEndpoint,
} from '../testing/observed-endpoint.ts';

const STREAM = 'stream-1';

describe('CloudWatch Logs', () => {
  let endpoint: ObservedEndpoint;
  let client: CloudWatchLogsClient;
  let group = '/test/0';
  let count = 0;
  let now = 0;

  beforeAll(async () => {
    endpoint = await startObservedEndpoint(['shop-api']);
    client = new CloudWatchLogsClient(endpoint.config);
  });
  beforeEach(async () => {
    count += 1;
    group = `/test/${count}`;
    now = Date.now();
    await client.send(new CreateLogGroupCommand({ logGroupName: group }));
    await createStream(STREAM);
  });
  afterAll(async () => {
    client.destroy();
    await endpoint.close();
  });

  const createStream = (logStreamName: string) =>
    client.send(new CreateLogStreamCommand({ logGroupName: group, logStreamName }));
  const put = (events: readonly (readonly [number, string])[], logStreamName = STREAM) =>
    client.send(
      new PutLogEventsCommand({
        ...{ logGroupName: group, logStreamName },
        logEvents: events.map(([timestamp, message]) => ({ timestamp, message })),
      }),
    );
  const filter = async (more: Partial<FilterLogEventsCommandInput> = {}) => {
    const input = { logGroupName: group, ...more };
    const { events = [] } = await client.send(new FilterLogEventsCommand(input));
    return events.map(({ message }) => message);
  };

  it('shows the lines of functions as Lambda writes them', async () => {
    const started = {
      ...{ functionName: 'shop-api', environmentId: '2026/11/25/[$LATEST]abc', timeMs: now },
      ...{ requestId: 'r-1', traceId: `1-6a0b1c2d-${'0'.repeat(24)}` },
    };
    const counts = { payloadBytes: 2, concurrency: 1, accountConcurrency: 1 };
    endpoint.bus.emit({ type: 'invocation.started', coldStart: false, ...counts, ...started });
    endpoint.bus.emit({ type: 'log', source: 'stdout', text: '{"level":"ERROR"}', ...started });

    const { events } = await client.send(
      new FilterLogEventsCommand({ logGroupName: '/aws/lambda/shop-api' }),
    );
    expect(events).toEqual([
      {
        ...{ logStreamName: '2026/11/25/[$LATEST]abc', timestamp: now, ingestionTime: now },
        ...{
          message: 'START RequestId: r-1 Version: $LATEST',
          eventId: expect.stringMatching(/^\d{56}$/),
        },
      },
      expect.objectContaining({ message: '{"level":"ERROR"}' }),
    ]);
    expect(events?.[0]?.eventId).not.toBe(events?.[1]?.eventId);
  });

  it('has the groups of functions that have not run, and no others', async () => {
    const { events, nextToken } = await client.send(
      new FilterLogEventsCommand({ logGroupName: '/aws/lambda/shop-api', startTime: now + 60_000 }),
    );
    expect(events).toEqual([]);
    expect(nextToken).toBeUndefined();
    await expect(filter({ logGroupName: '/aws/lambda/other' })).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: 'The specified log group does not exist.',
    });
  });

  describe('FilterLogEvents', () => {
    it('filters by pattern, time and stream', async () => {
      await createStream('other-2');
      await put([
        [now - 2000, '{"level":"INFO","ms":1}'],
        [now - 1000, '{"level":"ERROR","ms":2}'],
        [now, '{"level":"ERROR","ms":3}'],
      ]);
      await put([[now - 500, 'text ERROR']], 'other-2');

      expect(await filter()).toHaveLength(4);
      expect(await filter({ filterPattern: 'ERROR' })).toHaveLength(3);
      expect(await filter({ filterPattern: '{ $.level = "ERROR" && $.ms > 2 }' })).toEqual([
        '{"level":"ERROR","ms":3}',
      ]);
      expect(await filter({ filterPattern: '-"level"' })).toEqual(['text ERROR']);
      // The range includes its start and its end.
      expect(await filter({ startTime: now - 1000, endTime: now - 500 })).toEqual([
        '{"level":"ERROR","ms":2}',
        'text ERROR',
      ]);
      expect(await filter({ logStreamNames: ['other-2'] })).toEqual(['text ERROR']);
      expect(await filter({ logStreamNamePrefix: 'other' })).toEqual(['text ERROR']);
      const arn = `arn:aws:logs:${REGION}:${ACCOUNT_ID}:log-group:${group}:*`;
      const identified = { logGroupName: undefined, logGroupIdentifier: arn };
      expect(await filter({ ...identified, startFromHead: false, limit: 1 })).toEqual([
        'text ERROR',
      ]);
    });

    it('returns pages without missing or repeated entries', async () => {
      await put(Array.from({ length: 25 }, (_, n) => [now - 25 + n, `line ${n}`] as const));
      const pages: number[] = [];
      const messages: (string | undefined)[] = [];
      const paginator = paginateFilterLogEvents(
        { client, pageSize: 10 },
        { logGroupName: group, filterPattern: 'line' },
      );
      for await (const { events = [] } of paginator) {
        pages.push(events.length);
        messages.push(...events.map(({ message }) => message));
      }
      expect(pages).toEqual([10, 10, 5]);
      expect(messages).toEqual(Array.from({ length: 25 }, (_, n) => `line ${n}`));
    });

    it('returns pages of at most 1 MB', async () => {
      const long = 'x'.repeat(400_000);
      for (let n = 0; n < 4; n += 1) await put([[now, `${n} ${long}`]]);
      const pages: number[] = [];
      for await (const { events = [] } of paginateFilterLogEvents(
        { client },
        { logGroupName: group },
      )) {
        pages.push(events.length);
      }
      expect(pages).toEqual([2, 2]);
    });

    it('finds events after the latest event of an earlier call, as tail --follow asks', async () => {
      await put([[now, 'first']]);
      const { events } = await client.send(new FilterLogEventsCommand({ logGroupName: group }));
      await put([[now, 'second']]);
      const later = await client.send(
        new FilterLogEventsCommand({ logGroupName: group, startTime: events?.[0]?.timestamp }),
      );
      const known = new Set(events?.map(({ eventId }) => eventId));
      expect(
        later.events?.filter(({ eventId }) => !known.has(eventId)).map(({ message }) => message),
      ).toEqual(['second']);
    });

    it.each([
      [
        'a wrong pattern',
        { filterPattern: '{ $.a > "x" }' },
        /Invalid filter pattern: ">" compares/,
      ],
      ['names and a prefix', { logStreamNames: ['a'], logStreamNamePrefix: 'a' }, /cannot both/],
      ['a token of another request', { nextToken: 'abc' }, /nextToken is invalid/],
      ['a limit of 0', { limit: 0 }, /'limit' is invalid: it is not from 1/],
      ['no group', { logGroupName: undefined }, /is required/],
    ])('refuses %s', async (_name, more, message) => {
      await expect(filter(more)).rejects.toMatchObject({
        name: 'InvalidParameterException',
        message: expect.stringMatching(message),
      });
    });
  });

  describe('GetLogEvents', () => {
    const get = async (more: object = {}) => {
      const response = await client.send(
        new GetLogEventsCommand({ logGroupName: group, logStreamName: STREAM, ...more }),
      );
      return { ...response, messages: response.events?.map(({ message }) => message) };
    };

    it('reads forwards and backwards, and keeps its token at the end of a direction', async () => {
      await put(Array.from({ length: 5 }, (_, n) => [now - 5 + n, `line ${n}`] as const));

      const newest = await get({ limit: 2 });
      expect(newest.messages).toEqual(['line 3', 'line 4']);
      const older = await get({ limit: 2, nextToken: newest.nextBackwardToken });
      expect(older.messages).toEqual(['line 1', 'line 2']);
      const oldest = await get({ limit: 2, nextToken: older.nextBackwardToken });
      expect(oldest.messages).toEqual(['line 0']);
      const none = await get({ limit: 2, nextToken: oldest.nextBackwardToken });
      expect(none.messages).toEqual([]);
      expect(none.nextBackwardToken).toBe(oldest.nextBackwardToken);

      const head = await get({ limit: 3, startFromHead: true });
      expect(head.messages).toEqual(['line 0', 'line 1', 'line 2']);
      const end = await get({ nextToken: head.nextForwardToken });
      expect(end.messages).toEqual(['line 3', 'line 4']);
      const waiting = await get({ nextToken: end.nextForwardToken });
      expect(waiting.nextForwardToken).toBe(end.nextForwardToken);
      await put([[now, 'new']]);
      expect((await get({ nextToken: waiting.nextForwardToken })).messages).toEqual(['new']);
    });

    it('includes the start of a time range, but not its end', async () => {
      await put([
        [now - 2, 'a'],
        [now - 1, 'b'],
        [now, 'c'],
      ]);
      expect((await get({ startTime: now - 1, endTime: now })).messages).toEqual(['b']);
    });

    it('rejects streams and tokens that it does not know', async () => {
      await expect(get({ logStreamName: 'none' })).rejects.toThrow('log stream does not exist');
      await expect(get({ nextToken: 'x/1' })).rejects.toThrow('nextToken is invalid');
    });
  });

  describe('PutLogEvents', () => {
    it('leaves out events that are too old or too new, and reports which', async () => {
      const day = 24 * 3600 * 1000;
      const old = await put([
        [now - 14.5 * day, 'old'],
        [now - 14 * day + 60_000, 'kept'],
      ]);
      expect(old.rejectedLogEventsInfo).toEqual({ tooOldLogEventEndIndex: 1 });
      const ahead = await put([
        [now, 'now'],
        [now + day / 2, 'new'],
      ]);
      expect(ahead.rejectedLogEventsInfo).toEqual({ tooNewLogEventStartIndex: 1 });
      expect((await put([[now, 'fine']])).rejectedLogEventsInfo).toBeUndefined();
      expect(await filter()).toEqual(['kept', 'now', 'fine']);
    });

    it.each([
      [
        'events in the wrong order',
        [
          [1, 0],
          [0, 0],
        ],
        /chronological order/,
      ],
      [
        'events of more than a day',
        [
          [0, 0],
          [25 * 3600_000, 0],
        ],
        /span more than 24 hours/,
      ],
      [
        'more than 1 MB',
        [
          [0, 600_000],
          [0, 600_000],
        ],
        /Upload too large: 12000\d\d bytes/,
      ],
    ])('refuses %s', async (_name, events, message) => {
      const batch = events.map(
        ([ms = 0, length = 0]) => [now - 26 * 3600_000 + ms, 'x'.repeat(length || 1)] as const,
      );
      await expect(put(batch)).rejects.toThrow(message);
      expect(await filter()).toEqual([]);
    });

    it('rejects groups and streams that do not exist', async () => {
      await expect(put([[now, 'x']], 'none')).rejects.toThrow('log stream does not exist');
      group = '/none';
      await expect(put([[now, 'x']])).rejects.toThrow('log group does not exist');
    });
  });

  describe('groups and streams', () => {
    it('are described with their size and times', async () => {
      await put([[now, 'four']]);
      const { logGroups } = await client.send(
        new DescribeLogGroupsCommand({ logGroupNamePrefix: group }),
      );
      const arn = `arn:aws:logs:${REGION}:${ACCOUNT_ID}:log-group:${group}`;
      expect(logGroups).toContainEqual(
        expect.objectContaining({ logGroupName: group, arn: `${arn}:*`, storedBytes: 30 }),
      );
      const { logStreams } = await client.send(
        new DescribeLogStreamsCommand({ logGroupName: group, orderBy: 'LastEventTime' }),
      );
      expect(logStreams).toEqual([
        expect.objectContaining({
          ...{ logStreamName: STREAM, arn: `${arn}:log-stream:${STREAM}` },
          ...{ firstEventTimestamp: now, lastEventTimestamp: now, storedBytes: 30 },
        }),
      ]);
    });

    it('are returned in pages, in the requested order', async () => {
      const names = ['a', 'b', 'c', 'd'];
      for (const name of names) await createStream(name);
      await put([[now - 2, 'x']], 'c');
      await put([[now - 1, 'x']], 'a');
      const streams = async (more: object): Promise<unknown[]> => {
        const found: unknown[] = [];
        const paginator = paginateDescribeLogStreams(
          { client, pageSize: 2 },
          { logGroupName: group, ...more },
        );
        for await (const page of paginator) {
          found.push(...(page.logStreams ?? []).map(({ logStreamName }) => logStreamName));
        }
        return found;
      };
      expect(await streams({})).toEqual([...names, STREAM]);
      expect(await streams({ descending: true })).toEqual([STREAM, 'd', 'c', 'b', 'a']);
      expect((await streams({ orderBy: 'LastEventTime', descending: true })).slice(0, 2)).toEqual([
        'a',
        'c',
      ]);
      expect(await streams({ logStreamNamePrefix: 'st' })).toEqual([STREAM]);

      const groups: unknown[] = [];
      for await (const page of paginateDescribeLogGroups(
        { client, pageSize: 2 },
        { logGroupNamePattern: 'TEST/' },
      )) {
        groups.push(...(page.logGroups ?? []).map(({ logGroupName }) => logGroupName));
      }
      expect(groups).toHaveLength(count);
      expect(groups).toContain(group);
    });

    it('can only be made once', async () => {
      await expect(createStream(STREAM)).rejects.toMatchObject({
        name: 'ResourceAlreadyExistsException',
      });
      await expect(
        client.send(new CreateLogGroupCommand({ logGroupName: group })),
      ).rejects.toMatchObject({ name: 'ResourceAlreadyExistsException' });
    });
  });

  it('reports an operation that it does not emulate', async () => {
    await expect(
      client.send(
        new StartQueryCommand({ logGroupName: group, startTime: 0, endTime: 1, queryString: 'x' }),
      ),
    ).rejects.toThrow("does not emulate CloudWatch Logs's StartQuery: Logs Insights queries");
  });
});
