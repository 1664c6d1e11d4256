import { randomInt } from 'node:crypto';
import type { SecretGeneration } from '../template/index.ts';

const KINDS = [
  ['excludeLowercase', 'abcdefghijklmnopqrstuvwxyz'],
  ['excludeUppercase', 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'],
  ['excludeNumbers', '0123456789'],
  ['excludePunctuation', '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~'],
] as const;

/**
 * Makes a password as Secrets Manager makes it
 * (https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetRandomPassword.html).
 *
 * @returns undefined if the exclusions leave no character
 */
export function randomPassword(
  options: Omit<SecretGeneration, 'template' | 'key'>,
): string | undefined {
  const kinds: string[] = KINDS.filter(([name]) => !options[name]).map(
    ([, characters]) => characters,
  );
  if (options.includeSpace) kinds.push(' ');
  const allowed = kinds
    .map((characters) =>
      Array.from(characters).filter((one) => !options.excludeCharacters.includes(one)),
    )
    .filter((characters) => characters.length > 0);
  const all = allowed.flat();
  if (all.length === 0) return undefined;
  const pick = (from: readonly string[]): string => from[randomInt(from.length)] ?? '';
  const required = options.requireEachIncludedType
    ? allowed.map(pick).slice(0, options.length)
    : [];
  const characters = [...required];
  while (characters.length < options.length) characters.push(pick(all));
  // The characters are shuffled, so that the required ones are not always the first.
  for (let index = characters.length - 1; index > 0; index -= 1) {
    const other = randomInt(index + 1);
    [characters[index], characters[other]] = [characters[other] ?? '', characters[index] ?? ''];
  }
  return characters.join('');
}
