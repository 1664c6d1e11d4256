export interface DevelopmentTokenOptions {
  readonly projectId: string;
  readonly userId: string;
  readonly name?: string;
  /** From now on (seconds). */
  readonly lifetimeSeconds?: number;
}

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
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
