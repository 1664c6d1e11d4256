import { DeliveryError, type DeliveryReceipt } from '../delivery/index.ts';

/** "SNS considers HTTP status codes of 100 to 101 and 500 to 599 and time-outs as worth a retry." It waits 15 s. */
const TIMEOUT_MS = 15_000;

/**
 * Posts a message to an HTTP endpoint, as SNS does
 * (https://docs.aws.amazon.com/sns/latest/dg/http-header.html).
 *
 * @throws DeliveryError where the endpoint does not take it
 */
export async function postToSubscriber(
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
  // Permanent failures: 4xx except 429 (sns-message-delivery-retries).
  const mayRetry = status >= 500 || status === 429;
  throw new DeliveryError(String(status), `${url} responded with ${status}`, mayRetry);
}
