import { importFromFauxqs } from './fauxqs-module.ts';

/**
 * What SQS refuses in a message: anything but `#x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD |
 * #x10000 to #x10FFFF`.
 *
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
 */
const REFUSED = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u;

/**
 * fauxqs 2.4.1 has the same expression without the `u` flag, and so refuses every character beyond
 * U+FFFF: an event with an emoji in it could not be queued here, and on AWS it can. Its expression
 * is in a module that the package does not export.
 *
 * @throws Error when fauxqs is not as it was
 */
export async function acceptCharactersBeyondBmp(): Promise<void> {
  const module = (await importFromFauxqs('sqs/sqsTypes.js')) as {
    INVALID_MESSAGE_BODY_CHAR?: unknown;
  };
  const expression = module.INVALID_MESSAGE_BODY_CHAR;
  if (!(expression instanceof RegExp)) throw new Error('fauxqs checks messages in another way');
  Object.assign(expression, { test: (text: string) => REFUSED.test(text) });
}
