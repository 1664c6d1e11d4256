import { formatWaterfall } from './waterfall.ts';

it('draws a bar for each span, with its subject', () => {
  const span = { status: 'ok', startMs: 1000, durationMs: 0 } as const;
  const lines = formatWaterfall(
    {
      ...{ id: '1-a-b', startMs: 1000, durationMs: 310, spans: 3, left: 0 },
      ...{ correlationIds: [], requestIds: [], related: [] },
      rows: [
        { ...span, id: 'a', kind: 'gateway', name: 'GET /posts', durationMs: 310, depth: 0 },
        {
          ...{ ...span, id: 'b', kind: 'aws', name: 'DynamoDB Query', detail: 'posts\u001b[2J' },
          ...{ startMs: 1100, durationMs: 100, depth: 1, status: 'fault' },
        },
        { ...span, id: 'c', kind: 'frame', name: 'frame', startMs: 1310, depth: 1 },
      ],
    },
    (_style, text) => text,
    100,
  );
  expect(lines).toEqual([
    expect.stringMatching(/ GET \/posts {2}310 ms {2}1-a-b {2}3 spans$/),
    `${'█'.repeat(31)}     310 ms GET /posts`,
    `${' '.repeat(10)}${'█'.repeat(10)}${' '.repeat(12)}    100 ms   DynamoDB Query  posts\\x1b[2J`,
    `${' '.repeat(31)}•             frame`,
  ]);
});
