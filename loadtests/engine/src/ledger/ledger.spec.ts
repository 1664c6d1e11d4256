import fc from 'fast-check';
import { checkSums } from '../run-record.ts';
import { Ledger, type CountedKind } from './ledger.ts';

function ledgerOf(options: { lateAfterMs?: number; drainMs?: number } = {}) {
  const delivered: number[] = [];
  const caughtUp: number[] = [];
  const counted: CountedKind[] = [];
  const complete: string[] = [];
  const ledger = new Ledger({
    lateAfterMs: options.lateAfterMs ?? 1000,
    drainMs: options.drainMs ?? 500,
    onEvent: {
      delivered: (latency) => delivered.push(latency),
      caughtUp: (duration) => caughtUp.push(duration),
      counted: (kind) => counted.push(kind),
      complete: ({ id }) => complete.push(id),
    },
  });
  const publish = (id: string, at: number) => {
    const message = ledger.sent({ channel: 'all', id, intendedAt: at, sentAt: at }, 'this');
    ledger.accepted(message, at + 1, 'this');
    return message;
  };
  return { ledger, delivered, caughtUp, counted, complete, publish };
}

describe('ledger', () => {
  it('decides each pair once: received, missed, repeated', () => {
    const { ledger, publish, complete } = ledgerOf();
    const [one, two] = [ledger.newReader('one'), ledger.newReader('two')];
    for (const reader of [one, two]) ledger.join(reader, 'all', 0);
    const a = publish('a', 10);
    const b = publish('b', 20);
    ledger.arrived(one, a, 15);
    ledger.arrived(one, a, 16);
    ledger.arrived(two, a, 15);
    ledger.arrived(two, b, 25);
    expect(complete).toEqual(['a']);
    const { sums } = ledger.settle(2000, false);
    expect(sums).toMatchObject({
      ...{ published: 2, owed: 4, received: 3, missed: 1, repeats: 1, arrivals: 4, readers: 2 },
      examples: [
        { kind: 'repeat', message: 'a', reader: 'one' },
        { kind: 'missed', message: 'b', reader: 'one' },
      ],
    });
    expect(checkSums(sums)).toEqual([]);
  });

  it('owes nothing to a reader that subscribed while the message was under way, and still counts its arrival', () => {
    const { ledger, publish } = ledgerOf();
    const reader = ledger.newReader('one');
    const message = publish('a', 10);
    ledger.join(reader, 'all', 11);
    ledger.arrived(reader, message, 12);
    ledger.arrived(reader, message, 13);
    expect(ledger.settle(20, false).sums).toMatchObject({ owed: 0, unowed: 1, repeats: 1 });
  });

  it('excuses a reader that leaves from young messages only', () => {
    const { ledger, publish } = ledgerOf({ drainMs: 500 });
    const reader = ledger.newReader('one');
    ledger.join(reader, 'all', 0);
    publish('old', 100);
    publish('young', 900);
    ledger.leave(reader, 1000, true);
    expect(ledger.settle(2000, false).sums).toMatchObject({ owed: 2, missed: 1, excused: 1 });
  });

  it('does not excuse when the server ended the connection, and owes nothing after that', () => {
    const { ledger, publish } = ledgerOf();
    const reader = ledger.newReader('one');
    ledger.join(reader, 'all', 0);
    publish('young', 900);
    ledger.lost(reader, 950);
    publish('after', 960);
    ledger.leave(reader, 1000, false);
    expect(ledger.settle(2000, false).sums).toMatchObject({ owed: 1, missed: 1, excused: 0 });
  });

  it('owes a reader that resumes everything that was sent meanwhile, and times the catch-up', () => {
    const { ledger, publish, caughtUp, delivered } = ledgerOf();
    const reader = ledger.newReader('one');
    ledger.join(reader, 'all', 0);
    ledger.lost(reader, 100);
    const replayed = publish('meanwhile', 200);
    ledger.resumed(reader, 300);
    expect(caughtUp).toEqual([]);
    ledger.arrived(reader, replayed, 350);
    expect(caughtUp).toEqual([250]);
    ledger.arrived(reader, publish('after', 400), 404);
    // Replayed messages say nothing about how long delivery takes.
    expect(delivered).toEqual([4]);
    expect(ledger.settle(2000, false).sums).toMatchObject({ owed: 2, received: 2, missed: 0 });
  });

  it('counts messages between the loss and the response as replayed too', () => {
    const { ledger, publish, caughtUp, delivered, counted } = ledgerOf({ lateAfterMs: 50 });
    const reader = ledger.newReader('one');
    ledger.join(reader, 'all', 0);
    ledger.lost(reader, 100);
    const replayed = publish('meanwhile', 200);
    ledger.arrived(reader, replayed, 290);
    ledger.resumed(reader, 300);
    expect(caughtUp).toEqual([200]);
    expect(delivered).toEqual([]);
    expect(counted).toEqual(['received']);
  });

  it('times delivery from the intended time, and counts late messages as received', () => {
    const { ledger, delivered } = ledgerOf({ lateAfterMs: 50 });
    const reader = ledger.newReader('one');
    ledger.join(reader, 'all', 0);
    const message = ledger.sent({ channel: 'all', id: 'a', intendedAt: 5, sentAt: 30 }, 'this');
    ledger.accepted(message, 40, 'this');
    ledger.arrived(reader, message, 60);
    expect(delivered).toEqual([55]);
    expect(ledger.settle(100, false).sums).toMatchObject({ received: 1, late: 1, missed: 0 });
  });

  it('takes arrivals before it is known who published the message', () => {
    const { ledger, delivered } = ledgerOf();
    const reader = ledger.newReader('one');
    ledger.join(reader, 'all', 0);
    ledger.arrived(reader, ledger.message('all', 'a'), 30);
    const message = ledger.sent({ channel: 'all', id: 'a', intendedAt: 10, sentAt: 12 }, 'this');
    ledger.accepted(message, 40, 'this');
    ledger.arrived(reader, ledger.message('all', 'nobody'), 50);
    expect(delivered).toEqual([20]);
    const { sums } = ledger.settle(100, false);
    expect(sums).toMatchObject({ owed: 1, received: 1, unknown: 1, arrivals: 2 });
    expect(checkSums(sums)).toEqual([]);
  });

  it('knows an order only if one message was confirmed before the next was sent', () => {
    const { ledger, publish } = ledgerOf();
    const reader = ledger.newReader('one');
    ledger.join(reader, 'all', 0);
    const together = ['a', 'b'].map((id) =>
      ledger.sent({ channel: 'all', id, intendedAt: 10, sentAt: 10 }, 'this'),
    );
    for (const message of together) ledger.accepted(message, 20, 'this');
    const later = publish('c', 30);
    const [a, b] = together;
    if (a !== undefined) ledger.arrived(reader, a, 40);
    ledger.arrived(reader, later, 41);
    if (b !== undefined) ledger.arrived(reader, b, 42);
    expect(ledger.settle(100, false).sums).toMatchObject({
      reordered: 1,
      examples: [{ kind: 'reordered', message: 'b' }],
    });
  });

  it('removes the owed pairs of a message that the server refused', () => {
    const { ledger } = ledgerOf();
    const [one, two] = [ledger.newReader('one'), ledger.newReader('two')];
    for (const reader of [one, two]) ledger.join(reader, 'all', 0);
    const message = ledger.sent({ channel: 'all', id: 'a', intendedAt: 1, sentAt: 1 }, 'this');
    ledger.arrived(one, message, 2);
    ledger.refused(message, 'this');
    ledger.arrived(two, message, 3);
    const { sums } = ledger.settle(100, false);
    expect(sums).toMatchObject({ published: 0, refused: 1, owed: 0, received: 0, unknown: 2 });
    expect(checkSums(sums)).toEqual([]);
  });

  it('leaves unconfirmed messages to the part that knows all workers', () => {
    const { ledger } = ledgerOf();
    const [one, two] = [ledger.newReader('one'), ledger.newReader('two')];
    for (const reader of [one, two]) ledger.join(reader, 'all', 0);
    const message = ledger.sent({ channel: 'all', id: 'a', intendedAt: 1, sentAt: 1 }, 'this');
    ledger.unconfirmed(message);
    ledger.arrived(one, message, 2);
    const { sums, unconfirmed } = ledger.settle(5000, false);
    expect(sums).toMatchObject({ owed: 0, received: 0, missed: 0, arrivals: 0 });
    expect(unconfirmed).toEqual([{ key: 'all\na', owed: 2, received: 1, excused: 0 }]);
  });

  it('counts content that differs from the content of most readers', () => {
    const { ledger, publish } = ledgerOf();
    const readers = ['one', 'two', 'three'].map((name) => ledger.newReader(name));
    for (const reader of readers) ledger.join(reader, 'all', 0);
    const message = publish('a', 10);
    for (const [index, reader] of readers.entries()) {
      ledger.content(message, index === 1 ? 'broken' : 'right');
      ledger.arrived(reader, message, 20);
    }
    expect(ledger.settle(100, false).sums).toMatchObject({ received: 3, altered: 1 });
  });

  it('adds up whatever happens', () => {
    type Step = readonly [what: number, reader: number, message: number];
    const step = fc.tuple(fc.nat(9), fc.nat(4), fc.nat(7));
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 200 }),
        fc.boolean(),
        (steps: Step[], interrupted) => {
          const { ledger } = ledgerOf({ drainMs: 20 });
          const readers = [0, 1, 2, 3, 4].map((number) => ledger.newReader(String(number)));
          steps.forEach(([what, readerNumber, messageNumber], at) => {
            const reader = readers[readerNumber];
            const id = String(messageNumber);
            if (reader === undefined) return;
            const message = ledger.message('all', id);
            if (what === 0) ledger.join(reader, 'all', at);
            else if (what === 1) ledger.leave(reader, at, readerNumber > 2);
            else if (what === 2) ledger.lost(reader, at);
            else if (what === 3) ledger.resumed(reader, at);
            else if (what === 4 && message.state === 'unclaimed') {
              ledger.sent({ channel: 'all', id, intendedAt: at, sentAt: at - 3 }, 'this');
            } else if (what === 5 && message.state === 'sent') ledger.accepted(message, at, 'this');
            else if (what === 6 && message.state === 'sent') ledger.refused(message, 'this');
            else if (what === 7 && message.state === 'sent') ledger.unconfirmed(message);
            else if (what === 8) ledger.compact(at - 5);
            else ledger.arrived(reader, message, at);
          });
          const { sums } = ledger.settle(steps.length, interrupted);
          expect(checkSums(sums)).toEqual([]);
          expect(ledger.pending).toBe(0);
          expect(readers.map(({ pending }) => pending)).toEqual([0, 0, 0, 0, 0]);
        },
      ),
      { numRuns: 500 },
    );
  });
});
