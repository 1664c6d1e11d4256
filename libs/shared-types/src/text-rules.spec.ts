import fc from 'fast-check';
import { directionFault, isInvisible } from './text-rules.ts';

const [LRE, RLO, LRO, PDF] = ['\u202a', '\u202e', '\u202d', '\u202c'];
const [LRI, FSI, PDI] = ['\u2066', '\u2068', '\u2069'];

/** Every character of Unicode that has one of these properties. */
function charactersOf(property: RegExp): string[] {
  const found: string[] = [];
  for (let point = 0; point <= 0x10ffff; point += 1) {
    if (point >= 0xd800 && point <= 0xdfff) continue;
    const character = String.fromCodePoint(point);
    if (property.test(character)) found.push(character);
  }
  return found;
}

const blank = charactersOf(
  /[\p{White_Space}\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\p{Z}\u2800]/u,
);

test('every white space, control, format and default-ignorable character is invisible', () => {
  expect(blank.length).toBeGreaterThan(4_000);
  expect(blank.filter((character) => !isInvisible(character))).toEqual([]);
  // These fillers are: Hangul, half-width, choseong, jungseong; Braille; Khmer; Mongolian.
  for (const filler of '\u3164\uffa0\u115f\u1160\u2800\u17b4\u180e') {
    expect(isInvisible(filler)).toBe(true);
  }
});

test('any mixture of invisible characters is invisible, and visible when one letter is added', () => {
  const mixture = fc.array(fc.constantFrom(...blank), { maxLength: 30 }).map((all) => all.join(''));
  const letter = fc.constantFrom('a', 'é', '字', '😀', '.', '0', 'ㄱ');
  fc.assert(
    fc.property(mixture, letter, mixture, (before, visible, after) => {
      expect(isInvisible(before + after)).toBe(true);
      expect(isInvisible(before + visible + after)).toBe(false);
    }),
  );
});

test.each([
  ['no such characters', 'plain שלום'],
  ['an isolate', `a ${LRI}b${PDI} c`],
  ['an embedding within an isolate', `${FSI}${LRE}a${PDF}${PDI}`],
  ['marks of direction, which do not affect other text', '\u200ea\u200f\u061c'],
])('a line with %s is accepted', (_case, line) => {
  expect(directionFault(line)).toBeUndefined();
});

test.each([
  ['an override', `${RLO}a${PDF}`, /override/],
  ['the other override, within an isolate', `${LRI}${LRO}a${PDF}${PDI}`, /override/],
  ['an isolate that stays open', `a${LRI}b`, /not closed/],
  ['an embedding that stays open', `${LRE}b`, /not closed/],
  ['an end without a start', `a${PDI}`, /not opened/],
  ['an end of another kind', `${LRI}a${PDF}`, /not opened/],
  ['two that cross', `${LRI}${LRE}a${PDI}${PDF}`, /not opened/],
])('a line with %s is refused', (_case, line, fault) => {
  expect(directionFault(line)).toMatch(fault);
});

test('no accepted line changes the direction of the text after it', () => {
  const part = fc.constantFrom('a', LRE, LRO, RLO, PDF, LRI, FSI, PDI);
  fc.assert(
    fc.property(fc.array(part, { maxLength: 12 }), (parts) => {
      const line = parts.join('');
      if (directionFault(line) !== undefined) return;
      const count = (characters: RegExp): number => line.match(characters)?.length ?? 0;
      expect(count(/[\u202d\u202e]/g)).toBe(0);
      expect(count(/[\u2066-\u2068]/g)).toBe(count(/\u2069/g));
      expect(count(/[\u202a\u202b]/g)).toBe(count(/\u202c/g));
    }),
    { numRuns: 1_000 },
  );
});
