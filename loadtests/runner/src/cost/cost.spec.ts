import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { describeCost, estimateLoad, usageOf } from './index.ts';

const load = (yaml: string, values = {}) => estimateLoad(parse(yaml), values);

const BROADCAST = `
config:
  variables: { readers: 100, seconds: 60, rate: 2 }
  phases: [{ duration: 1, arrivalCount: 1 }]
scenarios:
  - flow:
      - crowd:
          count: "{{ readers }}"
          steps: [{ connect: }, { subscribe: all }, { hold: "{{ seconds }}s" }, { close: }]
      - publish: { url: /x, rate: "{{ rate }}", for: "{{ seconds }}" }
`;

describe('the load of a scenario', () => {
  it('is what its virtual users do', () => {
    expect(load(BROADCAST)).toEqual({
      ...{ connections: 100, connectionMinutes: 100, messagesIn: 100, readers: 100 },
      ...{ requests: 120, publishes: 120 },
    });
  });

  it('follows the variables that are set for the run', () => {
    expect(load(BROADCAST, { readers: 1000, rate: 1 })).toMatchObject({
      ...{ connections: 1000, connectionMinutes: 1000, publishes: 60 },
    });
  });

  it('counts users by phase, and shares them by weight', () => {
    const yaml = `
config: { phases: [{ duration: 10, arrivalRate: 4 }, { duration: 1m, arrivalRate: 0, rampTo: 2 }] }
scenarios:
  - { weight: 3, flow: [{ connect: }, { think: 30 }] }
  - { weight: 1, flow: [{ loop: [{ get: { url: / } }], count: 5 }] }
`;
    expect(load(yaml)).toMatchObject({ connections: 75, connectionMinutes: 37.5, requests: 125 });
  });

  it('goes round loops as often as they say, and takes steps without settings', () => {
    const yaml = `
config: { variables: { pages: [a, b, c] }, phases: [{ arrivalCount: 1 }] }
scenarios:
  - flow:
      - connect
      - { loop: [{ get: { url: "/{{ pages }}" } }], over: pages }
      - { loop: [{ post: { url: / } }], count: 2-4 }
`;
    expect(load(yaml)).toMatchObject({ connections: 1, requests: 7 });
  });

  it('lets readers hold as long as the others take', () => {
    const yaml = `
config: { phases: [{ arrivalCount: 1 }] }
scenarios:
  - flow:
      - parallel:
          - crowd: { count: 10, over: 20, steps: [connect, { subscribe: all }, { hold: { for: 3600, signal: done } }] }
          - loop: [{ publish: { url: /, rate: 1, for: 10 } }, { think: 5 }, { request: { url: / } }]
            count: 2
`;
    // It takes 20 s until all readers have connected, and the writers' 30 s run meanwhile.
    expect(load(yaml)).toMatchObject({
      readers: 10,
      publishes: 20,
      requests: 22,
      connectionMinutes: 5,
    });
  });

  it('counts no minutes for connections that are closed or vanished', () => {
    const yaml = `
config: { phases: [{ arrivalCount: 2 }] }
scenarios: [{ flow: [{ connect: }, { hold: 30 }, { vanish: }, { think: 600 }] }]
`;
    expect(load(yaml).connectionMinutes).toBe(1);
  });
});

it('bills what is delivered to every reader', () => {
  const usage = usageOf(load(BROADCAST));
  // There are 100 subscriptions with their responses, and 120 messages to 100 readers.
  expect(usage.webSocketMessage).toBe(200 + 12_000);
  expect(usage.httpApiRequest).toBe(120);
});

describe('the cost', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'cost-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });
  const describeFile = (yaml: string, values = {}) => {
    const file = join(folder, 'a.yaml');
    writeFileSync(file, yaml);
    return describeCost({ name: 'a', file }, values);
  };

  it('is said before a run, by service, with its load and the prices’ source', async () => {
    const text = await describeFile(BROADCAST, { readers: 10_000, rate: 10, seconds: 600 });
    // 60 million messages at $1.26 a million are most of the sum.
    expect(text).toMatch(
      /^this run costs at most about \$[78]\d\.\d\d on AWS: API Gateway \$7[56]\.\d\d, /,
    );
    expect(text).toContain(
      '6,000 messages to 10,000 readers; list prices of ap-northeast-1, 2026-09',
    );
  });

  it('is not invented if the file does not give the load', async () => {
    const yaml = BROADCAST.replace('"{{ readers }}"', '"{{ $env.READERS }}"');
    expect(await describeFile(yaml)).toBe(
      'the cost of this run on AWS is not known: a depends on {{ $env.READERS }}, which only the run knows',
    );
  });
});
