/** AWS's hosts, as in `lambda/runtimes/nodejs/local-aws-hosts.mjs` and its Python side. */
const AWS_HOST = /(^|\.)(amazonaws\.com(\.cn)?|on\.aws|api\.aws)\.?$/i;

/** Whether a host name is one of AWS's, so that nothing may be sent there. */
export function isAwsHost(host: string): boolean {
  return AWS_HOST.test(host);
}
