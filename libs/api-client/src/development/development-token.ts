export interface DevelopmentTokenOptions {
  readonly projectId: string;
  readonly userId: string;
  readonly name?: string;
  /** From now on (seconds). */
  readonly lifetimeSeconds?: number;
}

/** The project that a stack in development has when nothing else is said: the template's default. */
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
  // Not Node's Buffer: the development sign-in of the web application makes tokens too.
  const bytes = new TextEncoder().encode(JSON.stringify(value));
  const base64 = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
  return base64.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}
