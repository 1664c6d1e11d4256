import type { Principal } from '../signature/index.ts';

/** What an authorizer found out about a request it let pass. */
export type Authorization =
  | { readonly type: 'none' }
  | { readonly type: 'iam'; readonly principal: Principal }
  | {
      readonly type: 'jwt';
      readonly claims: Readonly<Record<string, string>>;
      /** The token's own scopes; null where the route requires none. */
      readonly scopes: readonly string[] | null;
    }
  | {
      readonly type: 'lambda';
      readonly context: Readonly<Record<string, unknown>>;
      readonly principalId?: string;
      /** How long it took to be asked; 0 where its result was kept. */
      readonly latencyMs?: number;
    };

export const noAuthorization: Authorization = { type: 'none' };
