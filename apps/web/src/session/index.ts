export interface User {
  /** The Firebase uid. */
  readonly uid: string;
  readonly name: string;
  readonly email?: string;
}

/** Who is signed in on this browser. */
export interface Session {
  readonly status: 'loading' | 'signed-out' | 'signed-in';
  readonly user?: User;
  /** The ID token to send; undefined when nobody is signed in. */
  readonly token: () => Promise<string | undefined>;
  readonly signOut: () => Promise<void>;
}

const SIGNED_OUT: Session = {
  status: 'signed-out',
  token: () => Promise.resolve(undefined),
  signOut: () => Promise.resolve(),
};

/** Nobody can sign in yet. */
export function useSession(): Session {
  return SIGNED_OUT;
}
