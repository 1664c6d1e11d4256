/**
 * What an error says. Errors of another realm (Node's own, under Jest) are no `instanceof Error`, so it
 * looks for a message.
 */
export function messageOf(error: unknown): string {
  if (error !== null && typeof error === 'object' && 'message' in error) {
    return String(error.message);
  }
  return String(error);
}

/** `Name: message`; a name says more than the message of many an AWS error. */
export function describeError(error: unknown): string {
  const name =
    error !== null && typeof error === 'object' && 'name' in error ? String(error.name) : '';
  return name === '' || name === 'Error' ? messageOf(error) : `${name}: ${messageOf(error)}`;
}
