import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

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
  const folders = createRequire(import.meta.url).resolve.paths('fauxqs') ?? [];
  const file = folders
    .map((folder) => join(folder, 'fauxqs/dist/sqs/sqsTypes.js'))
    .find((path) => existsSync(path));
  if (file === undefined) throw new Error('fauxqs has no dist/sqs/sqsTypes.js');
  // Jest has no file URLs, and Windows no paths.
  const specifier = process.platform === 'win32' ? pathToFileURL(file).href : file;
  const module = (await import(specifier)) as { INVALID_MESSAGE_BODY_CHAR?: unknown };
  const expression = module.INVALID_MESSAGE_BODY_CHAR;
  if (!(expression instanceof RegExp)) throw new Error('fauxqs checks messages in another way');
  Object.assign(expression, { test: (text: string) => REFUSED.test(text) });
}
