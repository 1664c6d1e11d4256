import type { Principal } from '../signature/index.ts';

/** What an authorizer knows about a request that it allowed. */
export type Authorization =
  | { readonly type: 'none' }
  | { readonly type: 'iam'; readonly principal: Principal }
  | {
      readonly type: 'jwt';
      readonly claims: Readonly<Record<string, string>>;
      /** The scopes of the token; null if the route requires none. */
      readonly scopes: readonly string[] | null;
    }
  | {
      readonly type: 'lambda';
      readonly context: Readonly<Record<string, unknown>>;
      readonly principalId?: string;
      /** The caller's API key, if the API gets it from its authorizer. */
      readonly usageIdentifierKey?: string;
      /** The duration of the authorizer's invocation, in ms; 0 if its result was cached. */
      readonly latencyMs?: number;
    };

export const noAuthorization: Authorization = { type: 'none' };
