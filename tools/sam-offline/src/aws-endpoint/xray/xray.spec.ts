import {
  BatchGetTracesCommand,
  GetServiceGraphCommand,
  GetTraceSummariesCommand,
  type GetTraceSummariesCommandInput,
  paginateGetTraceSummaries,
  PutTraceSegmentsCommand,
  XRayClient,
} from '@aws-sdk/client-xray';
import {
  ACCOUNT_ID,
  type ObservedEndpoint,
  startObservedEndpoint,
} from '../testing/observed-endpoint.ts';

let next = 0;

function hex(digits: number): string {
  next += 1;
  return next.toString(16).padStart(digits, '0');
}

describe('X-Ray', () => {
  let endpoint: ObservedEndpoint;
  let client: XRayClient;
  let startSeconds = 0;

  beforeEach(async () => {
    endpoint = await startObservedEndpoint();
    client = new XRayClient(endpoint.config);
    startSeconds = Math.floor(Date.now() / 1000) - 600;
  });
  afterEach(async () => {
    client.destroy();
    await endpoint.close();
  });

  const traceId = (): string => `1-${startSeconds.toString(16)}-${hex(24)}`;
  const segment = (fields: object) => ({
    ...{ id: hex(16), trace_id: traceId(), name: 'api' },
    ...{ start_time: startSeconds, end_time: startSeconds + 1 },
    ...fields,
  });
  const put = (...segments: object[]) =>
    client.send(
      new PutTraceSegmentsCommand({
        TraceSegmentDocuments: segments.map((document) => JSON.stringify(document)),
      }),
    );
  const range = () => ({
    StartTime: new Date((startSeconds - 60) * 1000),
    EndTime: new Date((startSeconds + 60) * 1000),
  });
  const summaries = async (more: Partial<GetTraceSummariesCommandInput> = {}) => {
    const input = { ...range(), ...more };
    return (await client.send(new GetTraceSummariesCommand(input))).TraceSummaries ?? [];
  };

  it('stores segments, and returns traces by their ids', async () => {
    const root = segment({
      http: { request: { url: 'http://x/posts', method: 'GET' }, response: { status: 200 } },
    });
    const child = segment({
      trace_id: root.trace_id,
      parent_id: root.id,
      name: 'table',
      end_time: startSeconds + 3,
    });
    expect((await put(root, child)).UnprocessedTraceSegments).toEqual([]);

    const { Traces: traces } = await client.send(
      new BatchGetTracesCommand({ TraceIds: [root.trace_id, traceId()] }),
    );
    expect(traces).toHaveLength(1);
    expect(traces?.[0]).toMatchObject({ Id: root.trace_id, Duration: 3, LimitExceeded: false });
    expect(
      traces?.[0]?.Segments?.map(({ Document }) => JSON.parse(Document ?? '') as object),
    ).toEqual([root, child]);
  });

  it('summarizes traces', async () => {
    const root = segment({
      ...{ annotations: { correlationId: 'c-1', attempt: 2, retried: true }, error: true },
      http: {
        request: { url: 'http://x/posts', method: 'POST', client_ip: '::1' },
        response: { status: 404 },
      },
    });
    await put(root);
    expect(await summaries()).toEqual([
      expect.objectContaining({
        ...{
          Id: root.trace_id,
          StartTime: new Date(startSeconds * 1000),
          Duration: 1,
          ResponseTime: 1,
        },
        ...{ HasError: true, HasFault: false, HasThrottle: false, IsPartial: false },
        Http: { HttpURL: 'http://x/posts', HttpStatus: 404, HttpMethod: 'POST', ClientIp: '::1' },
        Annotations: {
          correlationId: [{ AnnotationValue: { StringValue: 'c-1' }, ServiceIds: [] }],
          attempt: [{ AnnotationValue: { NumberValue: 2 }, ServiceIds: [] }],
          retried: [{ AnnotationValue: { BooleanValue: true }, ServiceIds: [] }],
        },
        EntryPoint: { Name: 'api', Names: ['api'], AccountId: ACCOUNT_ID },
      }),
    ]);
  });

  it('reports segments that it does not accept', async () => {
    const { UnprocessedTraceSegments: refused } = await client.send(
      new PutTraceSegmentsCommand({
        TraceSegmentDocuments: ['nothing', JSON.stringify(segment({ id: 'x' }))],
      }),
    );
    expect(refused?.map(({ ErrorCode }) => ErrorCode)).toEqual(['ParseError', 'MissingId']);
  });

  describe('filter expressions', () => {
    const found = async (FilterExpression: string): Promise<string[]> =>
      (await summaries({ FilterExpression }))
        .map(({ EntryPoint }) => EntryPoint?.Name ?? '')
        .sort();

    beforeEach(async () => {
      const slow = segment({
        name: 'slow',
        end_time: startSeconds + 5,
        annotations: { channel: 'post:1', size: 7 },
      });
      await put(
        segment({
          name: 'fine',
          annotations: { channel: 'post:1' },
          user: 'alice',
          http: {
            request: { url: 'https://x/posts?a', method: 'GET', user_agent: 'k6' },
            response: { status: 200 },
          },
        }),
        segment({ name: 'broken', fault: true, http: { response: { status: 500 } } }),
        segment({
          name: 'refused',
          error: true,
          throttle: true,
          http: { response: { status: 429 } },
        }),
        slow,
        segment({
          trace_id: slow.trace_id,
          parent_id: slow.id,
          name: 'table',
          origin: 'AWS::DynamoDB::Table',
          fault: true,
        }),
      );
    });

    it.each([
      ['', ['broken', 'fine', 'refused', 'slow']],
      ['annotation.channel = "post:1"', ['fine', 'slow']],
      ['annotation[channel] = "post:1" AND annotation.size > 5', ['slow']],
      ['annotation.channel', ['fine', 'slow']],
      ['annotation.channel BEGINSWITH "post" AND annotation.size != 7', []],
      ['ok', ['fine']],
      ['!ok', ['broken', 'refused', 'slow']],
      ['ok = false AND throttle', ['refused']],
      ['fault = true OR error = true', ['broken', 'refused', 'slow']],
      ['error AND !throttle', []],
      ['http.status = 500', ['broken']],
      ['http.status >= 400 AND (http.status < 500 OR fault)', ['broken', 'refused']],
      ['http.url CONTAINS "/posts" AND http.method = "GET"', ['fine']],
      ['http.url ENDSWITH "?a"', ['fine']],
      ['http.useragent = "k6"', ['fine']],
      ['responsetime > 2', ['slow']],
      ['duration >= 5 AND duration <= 5.5', ['slow']],
      ['user = "alice"', ['fine']],
      ['service("table")', ['slow']],
      ['service("table") { fault }', ['slow']],
      ['service("slow") { fault }', []],
      ['service() { fault AND http.status = 500 }', ['broken']],
      ['service(id(name: "table", type: "AWS::DynamoDB::Table"))', ['slow']],
      ['service(id(type: "AWS::SQS::Queue"))', []],
      ['edge("slow", "table")', ['slow']],
      ['edge("table", "slow")', []],
      ['edge("slow", "table") { !fault }', []],
      ['name = "broken"', ['broken']],
    ])('%s', async (expression, expected) => {
      expect(await found(expression)).toEqual(expected);
    });

    it.each([
      ['annotation.a =', /ends where a text/],
      ['fault AND', /ends where a keyword/],
      ['(fault', /"\)" is expected/],
      ['fault fault', /AND, OR or the end/],
      ['http.status > "x"', /compares with a number/],
      ['nothing = 1', /no keyword nothing/],
      ['constructor', /no keyword constructor/],
      ['rootcause.fault.service { entity }', /does not evaluate the keyword/],
      ['resource.arn = "x"', /does not evaluate the keyword/],
    ])('refuses %s', async (expression, message) => {
      await expect(found(expression)).rejects.toMatchObject({
        name: 'InvalidRequestException',
        message: expect.stringMatching(message),
      });
    });
  });

  it('gives pages', async () => {
    for (let page = 0; page < 5; page += 1) {
      await put(
        ...Array.from({ length: 50 }, (_, n) => segment({ start_time: startSeconds + n / 1000 })),
      );
    }
    const sizes: number[] = [];
    const ids = new Set<string | undefined>();
    for await (const { TraceSummaries: found = [] } of paginateGetTraceSummaries(
      { client },
      range(),
    )) {
      sizes.push(found.length);
      for (const { Id } of found) ids.add(Id);
    }
    expect(sizes).toEqual([100, 100, 50]);
    expect(ids.size).toBe(250);
  });

  it('rejects what AWS rejects', async () => {
    const hours = (count: number): Date => new Date(startSeconds * 1000 + count * 3_600_000);
    await expect(summaries({ StartTime: hours(0), EndTime: hours(6.1) })).rejects.toThrow(
      /6 hours/,
    );
    await expect(summaries({ StartTime: hours(1), EndTime: hours(0) })).rejects.toThrow(
      /later than/,
    );
    await expect(summaries({ NextToken: 'abc' })).rejects.toThrow(/NextToken/);
    await expect(
      client.send(new BatchGetTracesCommand({ TraceIds: Array.from({ length: 6 }, traceId) })),
    ).rejects.toMatchObject({
      name: 'InvalidRequestException',
      message: expect.stringMatching(/more than 5/),
    });
    await expect(client.send(new GetServiceGraphCommand(range()))).rejects.toThrow(
      "does not emulate X-Ray's GetServiceGraph",
    );
  });
});
