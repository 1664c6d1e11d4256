import { readFileSync } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import { resolve } from 'node:path';
import { runInNewContext } from 'node:vm';
import { parseDocument } from 'yaml';
import * as z from 'zod';
import type { Target } from './target.ts';

const TEMPLATE = resolve(import.meta.dirname, '../../../infra/sam/template.yaml');

const securitySchema = z.object({
  ContentSecurityPolicy: z.object({ ContentSecurityPolicy: z.string() }),
  FrameOptions: z.object({ FrameOption: z.string() }),
  ReferrerPolicy: z.object({ ReferrerPolicy: z.string() }),
  StrictTransportSecurity: z.object({
    AccessControlMaxAgeSec: z.number(),
    IncludeSubdomains: z.literal(false),
    Preload: z.literal(false),
  }),
});
const headersSchema = z.object({
  SecurityHeadersConfig: securitySchema,
  CustomHeadersConfig: z.object({
    Items: z.array(z.object({ Header: z.string(), Value: z.string() })),
  }),
});
const requestSchema = z.object({ uri: z.string() });

/** How CloudFront serves the web app, as the template defines it. */
export interface WebDistribution {
  /** The headers that each response gets. */
  readonly headers: Readonly<Record<string, string>>;
  /**
   * The path of the file for the path and the headers of a request: what the function `WebPaths`
   * returns.
   */
  readonly fileOf: (path: string, headers: IncomingHttpHeaders) => string;
}

/**
 * Reads CloudFront's part of the template, so that tests have exactly the headers that are
 * deployed.
 *
 * @param target the stack that pages may connect to, instead of the template's own APIs
 */
export function readWebDistribution(target: Target): WebDistribution {
  // CloudFormation's tags are not resolved: a tagged value is read as its text.
  const document = parseDocument(readFileSync(TEMPLATE, 'utf8'), { logLevel: 'error' });
  const properties = (id: string, ...path: string[]): unknown => {
    const found = document.getIn(['Resources', id, 'Properties', ...path]);
    const isNode = typeof found === 'object' && found !== null && 'toJSON' in found;
    return isNode ? (found as { toJSON(): unknown }).toJSON() : found;
  };
  const config = headersSchema.parse(properties('WebHeaders', 'ResponseHeadersPolicyConfig'));
  const security = config.SecurityHeadersConfig;
  const { AccessControlMaxAgeSec: maxAge } = security.StrictTransportSecurity;
  const code = z.string().parse(properties('WebPaths', 'FunctionCode'));
  return {
    headers: {
      'content-security-policy': resolved(
        security.ContentSecurityPolicy.ContentSecurityPolicy,
        target,
      ),
      'x-content-type-options': 'nosniff',
      'x-frame-options': security.FrameOptions.FrameOption,
      'referrer-policy': security.ReferrerPolicy.ReferrerPolicy,
      'strict-transport-security': `max-age=${maxAge}`,
      ...Object.fromEntries(
        config.CustomHeadersConfig.Items.map(({ Header, Value }) => [Header.toLowerCase(), Value]),
      ),
    },
    fileOf(path, headers) {
      const values = Object.entries(headers).map(([name, value]) => [name, { value }]);
      const event = JSON.stringify({ request: { uri: path, headers: Object.fromEntries(values) } });
      return requestSchema.parse(runInNewContext(`${code};handler(${event})`)).uri;
    },
  };
}

/** The policy with the target's APIs instead of the template's. */
function resolved(policy: string, { HttpApiUrl, WebSocketUrl }: Target): string {
  const api = 'https://${HttpApi}.execute-api.${AWS::Region}.${AWS::URLSuffix}';
  const socket = 'wss://${WebSocketApi}.execute-api.${AWS::Region}.${AWS::URLSuffix}';
  for (const part of [api, socket]) {
    if (!policy.includes(part)) throw new Error(`The template's policy does not name ${part}`);
  }
  const text = policy
    .replace(api, new URL(HttpApiUrl).origin)
    .replace(socket, new URL(WebSocketUrl).origin)
    .replaceAll('${FirebaseProjectId}', 'demo-blogapp');
  if (text.includes('${')) throw new Error(`The policy has more parameters: ${text}`);
  return text;
}
