export { createFirebaseVerifier } from './firebase.ts';
export { UNKNOWN_KEY_PENALTY_MS } from './signing-keys.ts';
