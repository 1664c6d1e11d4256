import type { Target } from './target.ts';

/** What a client of AWS's SDK needs to reach a target's services. */
export interface SdkConfig {
  readonly region: string;
  readonly endpoint?: string;
  readonly credentials?: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken?: string;
  };
}

/** Makes it from the target's environment; without credentials there, the SDK looks for its own. */
export function sdkConfig({ environment }: Pick<Target, 'environment'>): SdkConfig {
  const { AWS_REGION: region = '', AWS_ENDPOINT_URL: endpoint } = environment;
  const {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
  } = environment;
  const hasCredentials = accessKeyId !== undefined && secretAccessKey !== undefined;
  return {
    region,
    ...(endpoint !== undefined && { endpoint }),
    ...(hasCredentials && {
      credentials: {
        accessKeyId,
        secretAccessKey,
        ...(sessionToken !== undefined && { sessionToken }),
      },
    }),
  };
}
