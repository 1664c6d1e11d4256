export interface DevelopmentTokenOptions {
  readonly projectId: string;
  readonly userId: string;
  readonly name?: string;
  /** How long the token is valid from now on (seconds). */
  readonly lifetimeSeconds?: number;
}

/**
 * The template's default for the Firebase project; a stack in development uses it unless it is set.
 */
export const DEVELOPMENT_PROJECT_ID = 'demo-blogapp';

/**
 * An ID token in the form of the Firebase Auth emulator's: not signed, and accepted in development
 * only, where `FIREBASE_AUTH_EMULATOR_HOST` is set.
 */
export function developmentToken({
  projectId,
  userId,
  name,
  lifetimeSeconds = 3600,
}: DevelopmentTokenOptions): string {
  const now = Math.floor(Date.now() / 1000);
  const payload = {
    ...(name !== undefined && { name }),
    iss: `https://securetoken.google.com/${projectId}`,
    aud: projectId,
    auth_time: now,
    user_id: userId,
    sub: userId,
    iat: now,
    exp: now + lifetimeSeconds,
    firebase: { identities: {}, sign_in_provider: 'anonymous' },
  };
  return `${encode({ alg: 'none', typ: 'JWT' })}.${encode(payload)}.`;
}

function encode(value: unknown): string {
  // Node's Buffer is not used, because the development sign-in of the web application runs this
  // too.
  const bytes = new TextEncoder().encode(JSON.stringify(value));
  const base64 = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
  return base64.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}
