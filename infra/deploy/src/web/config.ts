import { z } from 'zod';
import { DeployError } from '../errors.ts';
import type { Environment } from '../environment/index.ts';
import { siteFile, type SiteFile } from './site.ts';

const outputsSchema = z.object({
  HttpApiUrl: z.url(),
  WebSocketUrl: z.url(),
  WebUrl: z.url(),
  WebOrigin: z.url(),
  WebBucketName: z.string(),
  WebDistributionId: z.string(),
});

/** The outputs of the stack that the web app needs. */
export type WebOutputs = z.infer<typeof outputsSchema>;

/** Checks the outputs of a stack. @throws DeployError that names the missing outputs */
export function webOutputs(stackName: string, outputs: unknown): WebOutputs {
  const result = outputsSchema.safeParse(outputs);
  if (result.success) return result.data;
  const names = result.error.issues.map(({ path }) => path.join('.'));
  throw new DeployError(`The stack ${stackName} has no usable output ${names.join(', ')}`);
}

/**
 * The origin whose pages may read the APIs' responses: that of the file, or else the web app's own
 * address at CloudFront, which is known when the distribution exists. The template can't refer to
 * the distribution there, because the distribution's content security policy refers to the APIs.
 *
 * @param outputs the stack's outputs, if it exists
 */
export function webOriginOf(
  { webOrigin }: Environment,
  outputs: Readonly<Record<string, string>> | undefined,
): string | undefined {
  return webOrigin ?? outputs?.WebUrl;
}

/**
 * The content of `config.json`, which the web app reads when it starts; apps/web/src/config
 * describes it.
 */
export function configFile(
  { firebase, acceptsUnsignedTokens }: Environment,
  { HttpApiUrl, WebSocketUrl }: WebOutputs,
): SiteFile {
  const config = {
    apiUrl: HttpApiUrl,
    webSocketUrl: WebSocketUrl,
    ...(firebase.apiKey !== undefined && {
      firebase: {
        apiKey: firebase.apiKey,
        // https://firebase.google.com/docs/hosting/reserved-urls
        authDomain: `${firebase.projectId}.firebaseapp.com`,
        projectId: firebase.projectId,
      },
    }),
    development: acceptsUnsignedTokens,
  };
  return siteFile('config.json', `${JSON.stringify(config, undefined, 2)}\n`);
}
