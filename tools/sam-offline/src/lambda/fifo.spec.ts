import { Fifo } from './fifo.ts';

it('gives items in the order in which they were added, however many are added and taken', () => {
  const fifo = new Fifo<number>();
  let added = 0;
  let taken = 0;
  for (let round = 0; round < 50; round += 1) {
    for (let count = 0; count < 300; count += 1) fifo.add(added++);
    for (let count = 0; count < 250; count += 1) {
      expect(fifo.head).toBe(taken);
      expect(fifo.take()).toBe(taken++);
    }
    expect(fifo.size).toBe(added - taken);
  }
  const left = Array.from({ length: added - taken }, (_, index) => taken + index);
  expect([...fifo]).toEqual(left);
  expect(fifo.takeAll()).toEqual(left);
  expect(fifo.size).toBe(0);
  expect(fifo.take()).toBeUndefined();
  expect(fifo.head).toBeUndefined();
});
