import * as z from 'zod/mini';

/** Who is signed in. */
export interface User {
  /** The Firebase uid. */
  readonly uid: string;
  readonly name: string;
  readonly email?: string;
}

/** What the browser stores about a session. It has no token: Firebase's SDK stores its own. */
export const storedSessionSchema = z.object({
  provider: z.enum(['firebase', 'development']),
  uid: z.string(),
  name: z.string(),
  email: z.optional(z.string()),
});

export type StoredSession = z.output<typeof storedSessionSchema>;
export type ProviderName = StoredSession['provider'];

/** Keeps a user signed in, and gives their ID tokens. */
export interface IdentityProvider {
  /**
   * @param uid the user whose token is needed
   * @param isFresh whether a new token is needed, because the last one was refused
   * @returns undefined when that user's session is over
   * @throws TypeError when there is no network to get one
   */
  token(uid: string, isFresh: boolean): Promise<string | undefined>;
  signOut(): Promise<void>;
}
