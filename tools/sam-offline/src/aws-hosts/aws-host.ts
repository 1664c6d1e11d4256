/**
 * Matches AWS's hosts. The same expression is in `lambda/runtimes/nodejs/local-aws-hosts.mjs` and
 * in the Python runtime.
 */
const AWS_HOST = /(^|\.)(amazonaws\.com(\.cn)?|on\.aws|api\.aws)\.?$/i;

/** Tells whether a host name is one of AWS's. Nothing may be sent there. */
export function isAwsHost(host: string): boolean {
  return AWS_HOST.test(host);
}
