/** The local base URLs of a stack's endpoints, without a slash at the end. */
export interface LocalTargets {
  /** API id → `http://127.0.0.1:3002`. The stage follows, as on AWS. */
  readonly webSocket: ReadonlyMap<string, string>;
  /** API id → `http://127.0.0.1:3001` */
  readonly http: ReadonlyMap<string, string>;
  /** The host (`<urlId>.lambda-url.<region>.on.aws`) → `http://127.0.0.1:…` */
  readonly functionUrls: ReadonlyMap<string, string>;
  /** The queue URL with AWS's host → the local URL. */
  readonly queues: ReadonlyMap<string, string>;
}

const executeApi =
  /\b(https|wss):\/\/([a-z0-9]{10})\.execute-api\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?(?::443)?/g;
const functionUrl = /\bhttps:\/\/([a-z0-9]{32}\.lambda-url\.[a-z0-9-]+\.on\.aws)(?::443)?/g;
const queue =
  /\bhttps:\/\/sqs\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?\/\d{12}\/[\w-]{1,75}(?:\.fifo)?/g;

/**
 * Replaces the URLs of a stack's own endpoints in a text (an environment variable, an output) with
 * local URLs. URLs of other stacks are not changed. `https` becomes `http`, and `wss` becomes `ws`.
 */
export function localizeUrls(text: string, targets: LocalTargets): string {
  return text
    .replaceAll(executeApi, (url, scheme: string, apiId: string) => {
      const base = targets.webSocket.get(apiId) ?? targets.http.get(apiId);
      if (base === undefined) return url;
      return scheme === 'wss' ? base.replace(/^http/, 'ws') : base.replace(/^ws/, 'http');
    })
    .replaceAll(functionUrl, (url, host: string) => targets.functionUrls.get(host) ?? url)
    .replaceAll(queue, (url) => targets.queues.get(url) ?? url);
}
