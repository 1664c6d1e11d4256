/** A deployment cannot start or continue; the message says what was found and what to do. */
export class DeployError extends Error {
  override readonly name = 'DeployError';
}
