import type { Target } from './target.ts';

/** The configuration with which a client of AWS's SDK reaches a target's services. */
export interface SdkConfig {
  readonly region: string;
  readonly endpoint?: string;
  readonly credentials?: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken?: string;
  };
}

/**
 * Makes the configuration from the target's environment. If that has no credentials, the SDK looks
 * for its own.
 */
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
