/** The template's default `FirebaseProjectId`. */
const projectId = 'demo-blogapp';

/**
 * The `authorization` header of a user, in the form of the Firebase Auth emulator's tokens: accepted
 * by stacks that `startProductStack` has started.
 */
export function developmentUser(userId: string): string {
  const now = Math.floor(Date.now() / 1000);
  const payload = {
    iss: `https://securetoken.google.com/${projectId}`,
    aud: projectId,
    auth_time: now,
    sub: userId,
    iat: now,
    exp: now + 3600,
  };
  return `Bearer ${encode({ alg: 'none', typ: 'JWT' })}.${encode(payload)}.`;
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
