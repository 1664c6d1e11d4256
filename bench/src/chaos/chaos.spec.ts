import { startLocalServices, type LocalServices } from '@blogapp/broadcast/testing';
import { FAULTS } from './faults.ts';
import { chaosRuns } from './runs.ts';

describe('nothing is lost', () => {
  let services: LocalServices;

  beforeAll(async () => {
    services = await startLocalServices();
  });
  afterAll(() => services.close());

  it('in 201 seeded runs with every fault', async () => {
    const environment = { services, table: await services.connectionsTable(2) };
    // Each of these runs starts a process, so there are fewer of them.
    const killed = await chaosRuns(environment, { runs: 5, seed: 1, faults: ['worker SIGKILL'] });
    const faults = FAULTS.filter((fault) => fault !== 'worker SIGKILL');
    const others = await chaosRuns(environment, { runs: 196, seed: 1_000, faults });
    const totals = new Map([...killed, ...others]);
    for (const [fault, { runs, owed, lost, problems }] of totals) {
      expect({ fault, runs, owed: owed > 0, lost, problems }).toEqual({
        fault,
        runs: fault === 'worker SIGKILL' ? 5 : 14,
        owed: true,
        lost: 0,
        problems: [],
      });
    }
    // The faults did happen: with these, events must be repeated, or recipients put in the
    // dead-letter queue.
    for (const fault of [
      'delivered, then 500',
      'hang',
      'reset',
      'worker SIGKILL',
      'SQS redelivers',
    ] as const) {
      expect({ fault, repeated: (totals.get(fault)?.repeated ?? 0) > 0 }).toEqual({
        fault,
        repeated: true,
      });
    }
    expect(totals.get('recipient refused for good')?.deadLettered).toBeGreaterThan(0);
  }, 240_000);
});
