export {
  sessionStore,
  signIn,
  signInForDevelopment,
  signInWithGoogle,
  signUp,
} from './browser-session.ts';
export type { SessionProblem } from './refusal.ts';
export { sessionFetch } from './session-fetch.ts';
export { SignInError, type SignInField } from './sign-in-error.ts';
export { useSession, type Session } from './use-session.ts';
export type { User } from './user.ts';
