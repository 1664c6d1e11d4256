/**
 * The message of an error. Under Jest, Node.js's own errors belong to another realm and are not
 * `instanceof Error`, so the function looks for a message.
 */
export function messageOf(error: unknown): string {
  if (error !== null && typeof error === 'object' && 'message' in error) {
    return String(error.message);
  }
  return String(error);
}

/** `Name: message`. The name of many AWS errors says more than their message. */
export function describeError(error: unknown): string {
  const name =
    error !== null && typeof error === 'object' && 'name' in error ? String(error.name) : '';
  return name === '' || name === 'Error' ? messageOf(error) : `${name}: ${messageOf(error)}`;
}
