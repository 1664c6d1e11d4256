import { closedAtEnd, endOfTest, until } from './end-of-test.ts';

let ofFirstTest: AbortSignal;
let waiting: Promise<unknown> = Promise.resolve();
const closed: string[] = [];

it('a wait continues while its test runs', async () => {
  let looks = 0;
  await until(() => (looks += 1) === 3, 1);
  ofFirstTest = endOfTest();
  expect(ofFirstTest.aborted).toBe(false);
  // A test that times out leaves the wait in this state.
  waiting = until(() => false, 1).catch((error: unknown) => error);
});

it('and ends with it', async () => {
  expect(ofFirstTest.aborted).toBe(true);
  expect(endOfTest().aborted).toBe(false);
  await expect(waiting).resolves.toThrow('The test has ended while it waited.');
});

it('what is closed by its test is closed once', async () => {
  const close = closedAtEnd(async () => {
    closed.push('by its test');
    await Promise.resolve();
  });
  await close();
  await close();
  expect(closed).toEqual(['by its test']);
});

describe('what its test has left open', () => {
  it('is closed when all tests have ended', () => {
    closedAtEnd(async () => {
      closed.push('at the end');
      await Promise.resolve();
    });
    expect(closed).not.toContain('at the end');
  });
});

afterAll(() => {
  // The helper's own hook was registered before this one.
  expect(closed).toEqual(['by its test', 'at the end']);
});
