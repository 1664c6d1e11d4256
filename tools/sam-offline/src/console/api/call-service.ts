import { RequestError } from '../http/index.ts';
import type { ConsoleContext } from './context.ts';

/** The output of an operation, as JSON. */
export type Attributes = Readonly<Record<string, unknown>>;

/**
 * Calls DynamoDB or SQS.
 *
 * @throws RequestError with the service's message if it refuses the call
 */
export async function callService(
  actions: ConsoleContext['actions'],
  service: 'dynamodb' | 'sqs',
  target: string,
  input: object,
): Promise<Attributes> {
  try {
    return (await actions.call(service, target, input)) as Attributes;
  } catch (error) {
    throw new RequestError(400, error instanceof Error ? error.message : String(error));
  }
}
