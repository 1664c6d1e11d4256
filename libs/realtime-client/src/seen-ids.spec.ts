import fc from 'fast-check';
import { SeenIds } from './seen-ids.ts';

const LIMIT = 8;
const ids = fc.array(
  fc.nat({ max: 60 }).map((n) => String(n).padStart(3, '0')),
  { maxLength: 200, size: 'max' },
);

test('an id is new once, and never again', () => {
  fc.assert(
    fc.property(ids, (sequence) => {
      const seen = new SeenIds(LIMIT);
      const before = new Set<string>();
      for (const id of sequence) {
        const sighting = seen.add(id);
        if (before.has(id)) expect(sighting).not.toBe('new');
        else expect(sighting).not.toBe('seen');
        before.add(id);
      }
    }),
  );
});

test('the greatest ids are remembered, however many there were', () => {
  fc.assert(
    fc.property(ids, (sequence) => {
      const seen = new SeenIds(LIMIT);
      for (const id of sequence) seen.add(id);
      const greatest = [...new Set(sequence)].sort().slice(-LIMIT);
      expect(greatest.map((id) => seen.add(id))).toEqual(greatest.map(() => 'seen'));
    }),
  );
});

test('ids in order are new, and an id that is too old to tell is unknown', () => {
  const seen = new SeenIds(LIMIT);
  const sequence = Array.from({ length: 100 }, (_, n) => String(n).padStart(3, '0'));
  expect(new Set(sequence.map((id) => seen.add(id)))).toEqual(new Set(['new']));
  expect(seen.add('000')).toBe('unknown');
  expect(seen.add('000')).toBe('seen');
});
