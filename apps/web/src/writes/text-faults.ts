import {
  isInvisible,
  MAX_COMMENT_CHARACTERS,
  MAX_POST_BODY_BYTES,
  MAX_TITLE_CHARACTERS,
} from '@blogapp/shared-types';
import { kept } from './send.ts';

/**
 * The fault of a title before it is sent, in words; undefined when there is none. The API checks
 * more, and its faults are shown too: this check has the most frequent ones.
 */
export function titleFault(title: string): string | undefined {
  if (isInvisible(title)) return 'Enter a title.';
  return tooManyCharacters(title, MAX_TITLE_CHARACTERS);
}

/** The fault of a post's text before it is sent, in words; undefined when there is none. */
export function postBodyFault(body: string): string | undefined {
  if (isInvisible(body)) return 'Write something.';
  const bytes = new TextEncoder().encode(kept(body)).length;
  if (bytes <= MAX_POST_BODY_BYTES) return undefined;
  const [size, limit] = [bytes, MAX_POST_BODY_BYTES].map((count) => Math.ceil(count / 1024));
  return `The text has ${size} KB, and ${limit} KB are allowed. Split it into two posts.`;
}

/** The fault of a comment before it is sent, in words; undefined when there is none. */
export function commentFault(body: string): string | undefined {
  if (isInvisible(body)) return 'Write something.';
  return tooManyCharacters(body, MAX_COMMENT_CHARACTERS);
}

/** The fault of a text that is too long. The API counts code points, after the text is composed. */
function tooManyCharacters(text: string, limit: number): string | undefined {
  const count = Array.from(kept(text)).length;
  return count > limit ? `It has ${count} characters, and ${limit} are allowed.` : undefined;
}
