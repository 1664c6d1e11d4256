import { createApiClient } from '@blogapp/api-client';
import type { ApiClient } from '@blogapp/api-client';
import { developmentToken } from '@blogapp/api-client/development';
import * as z from 'zod';
import type { Target } from './target.ts';

const signUpResponse = z.object({ idToken: z.string(), localId: z.string() });

export interface SignedIn {
  readonly userId: string;
  readonly token: string;
  readonly api: ApiClient;
}

/**
 * Signs a new user in: anonymously at Firebase when `E2E_FIREBASE_API_KEY` is set (a deployed
 * stack), or else with a token that a stack in development accepts.
 */
export async function signIn(target: Target, name?: string): Promise<SignedIn> {
  const { userId, token } = await newUser(name);
  return { userId, token, api: createApiClient({ baseUrl: target.HttpApiUrl, token }) };
}

async function newUser(name?: string): Promise<{ userId: string; token: string }> {
  const apiKey = process.env.E2E_FIREBASE_API_KEY;
  if (apiKey === undefined) {
    const userId = `e2e-${crypto.randomUUID()}`;
    const projectId = process.env.FIREBASE_PROJECT_ID ?? 'demo-blogapp';
    const token = developmentToken({ projectId, userId, ...(name !== undefined && { name }) });
    return { userId, token };
  }
  const response = await fetch(
    `https://identitytoolkit.googleapis.com/v1/accounts:signUp?key=${apiKey}`,
    {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ returnSecureToken: true }),
    },
  );
  if (!response.ok) throw new Error(`Firebase responded to the sign-up with ${response.status}`);
  const { idToken, localId } = signUpResponse.parse(await response.json());
  return { userId: localId, token: idToken };
}
