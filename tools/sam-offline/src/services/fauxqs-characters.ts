import { importFromFauxqs } from './fauxqs-module.ts';

/**
 * Matches a character that SQS rejects in a message: all except
 * `#x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF`.
 *
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
 */
const REFUSED = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u;

/**
 * Makes fauxqs accept characters beyond U+FFFF, such as emoji, which AWS accepts. fauxqs 2.4.1 has
 * the same expression without the `u` flag, so it rejects these characters. Its expression is in a
 * module that the package does not export.
 *
 * @throws Error if this version of fauxqs checks messages in another way
 */
export async function acceptCharactersBeyondBmp(): Promise<void> {
  const module = (await importFromFauxqs('sqs/sqsTypes.js')) as {
    INVALID_MESSAGE_BODY_CHAR?: unknown;
  };
  const expression = module.INVALID_MESSAGE_BODY_CHAR;
  if (!(expression instanceof RegExp)) throw new Error('fauxqs checks messages in another way');
  Object.assign(expression, { test: (text: string) => REFUSED.test(text) });
}
