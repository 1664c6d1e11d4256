import { Admission, type Admitted } from './admission.ts';

/** Handshakes that wait for their turn. `turns` has those that may begin. */
function admission(limits = { waiting: 3, whileBusy: 1 }) {
  const load = { isBusy: false };
  const turns: Admitted[] = [];
  const admitted = new Admission(limits, () => load.isBusy);
  const enter = (count: number): void => {
    for (let entered = 0; entered < count; entered += 1) {
      void admitted.enter().then((turn) => turns.push(turn));
    }
  };
  const count = async (): Promise<number> => {
    await Promise.resolve();
    return turns.length;
  };
  return { load, turns, enter, count };
}

test('as many as the limit wait for their function, and the next one begins when a function starts', async () => {
  const { turns, enter, count } = admission();
  enter(6);
  expect(await count()).toBe(3);
  turns[0]?.start();
  expect(await count()).toBe(4);
  turns[0]?.start();
  turns[0]?.end();
  expect(await count()).toBe(4);
});

test('a handshake that ends without a function lets one other begin', async () => {
  const { turns, enter, count } = admission();
  enter(6);
  await count();
  turns[1]?.end();
  turns[1]?.end();
  expect(await count()).toBe(4);
});

test('while messages wait, few handshakes run, and each counts until its end', async () => {
  const { load, turns, enter, count } = admission();
  load.isBusy = true;
  enter(6);
  expect(await count()).toBe(1);
  turns[0]?.start();
  expect(await count()).toBe(1);
  turns[0]?.end();
  expect(await count()).toBe(2);
});

test('all run again when no message waits any more', async () => {
  const { load, turns, enter, count } = admission();
  load.isBusy = true;
  enter(6);
  await count();
  load.isBusy = false;
  turns[0]?.end();
  expect(await count()).toBe(4);
});
