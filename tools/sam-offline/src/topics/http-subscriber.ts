import { DeliveryError, type DeliveryReceipt } from '../delivery/index.ts';

/** How long SNS waits for a response, in ms. */
const TIMEOUT_MS = 15_000;

/**
 * Sends a message to an HTTP endpoint, as SNS does
 * (https://docs.aws.amazon.com/sns/latest/dg/http-header.html).
 *
 * @throws DeliveryError if the endpoint cannot be reached, or its status is not 2xx
 */
export async function sendToSubscriber(
  url: string,
  body: string,
  headers: Readonly<Record<string, string>>,
): Promise<DeliveryReceipt> {
  let status: number;
  try {
    const response = await fetch(url, {
      method: 'POST',
      body,
      headers: {
        ...headers,
        'Content-Type': 'text/plain; charset=UTF-8',
        'User-Agent': 'Amazon Simple Notification Service Agent',
      },
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    await response.body?.cancel();
    status = response.status;
  } catch (error) {
    throw new DeliveryError('HTTP', `${url} does not respond: ${String(error)}`, true);
  }
  if (status >= 200 && status < 300) return {};
  // SNS retries after 5xx and 429, but not after another 4xx:
  // https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html
  const mayRetry = status >= 500 || status === 429;
  throw new DeliveryError(String(status), `${url} responded with ${status}`, mayRetry);
}
