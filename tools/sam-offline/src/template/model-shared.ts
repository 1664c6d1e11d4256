import type { RolePolicies } from '../iam/index.ts';

/** The role whose permissions a function's calls have. */
export interface ExecutionRole extends RolePolicies {
  readonly arn: string;
}

export interface Cors {
  readonly allowOrigins: readonly string[];
  readonly allowMethods: readonly string[];
  readonly allowHeaders: readonly string[];
  readonly exposeHeaders: readonly string[];
  readonly allowCredentials: boolean;
  readonly maxAgeSeconds?: number;
}
