'use client';

import { useRouter, useSearchParams } from 'next/navigation';
import { useEffect, useId, useRef, useState, type SyntheticEvent } from 'react';
import { useConfig, type Config } from '../config/index.ts';
import {
  SignInError,
  signIn,
  signInForDevelopment,
  signInWithGoogle,
  signUp,
  useSession,
  type SignInField,
} from '../session/index.ts';
import { StorageNotice } from '../storage/index.ts';
import { Button, Message, TextField } from '../ui/index.ts';
import { nextPage } from './next-page.ts';
import styles from './SignIn.module.css';

/** The page to sign in and up: `/sign-in/?next=…`, where `next` is the page to continue with. */
export function SignInPage() {
  const next = nextPage(useSearchParams().get('next'));
  const session = useSession();
  const config = useConfig();
  const router = useRouter();
  const isSignedIn = session.status === 'signed-in';
  const [isNew, setIsNew] = useState(false);

  useEffect(() => {
    if (isSignedIn) router.replace(next);
  }, [isSignedIn, next, router]);

  return (
    <div className={styles.page}>
      <h1>{isNew ? 'Sign up' : 'Sign in'}</h1>
      {session.problem && (
        <Message tone="bad" title={`You were signed in as ${session.problem.name}`}>
          {session.problem.message}
        </Message>
      )}
      <StorageNotice />
      {config?.firebase && <Account firebase={config.firebase} {...{ isNew, setIsNew }} />}
      {config?.development === true && <Development />}
      {config && !config.firebase && !config.development && (
        <Message title="Nobody can sign in here">
          The configuration of this blog names no way of signing in.
        </Message>
      )}
    </div>
  );
}

interface Failure {
  readonly message: string;
  readonly field: SignInField | undefined;
}

/**
 * Runs attempts to sign in, one at a time, and keeps the reason why the last one failed until it is
 * forgotten.
 */
function useAttempt() {
  const form = useRef<HTMLFormElement>(null);
  const [failure, setFailure] = useState<Failure>();
  const [isBusy, setIsBusy] = useState(false);
  const run = async (attempt: () => Promise<void>): Promise<void> => {
    if (isBusy) return;
    setFailure(undefined);
    setIsBusy(true);
    try {
      await attempt();
    } catch (error) {
      const known = error instanceof SignInError ? error : undefined;
      const message =
        known?.message ??
        (navigator.onLine
          ? 'The sign-in could not be loaded. Try again.'
          : 'You are offline. Sign in when you are back.');
      setFailure({ message, field: known?.field });
    } finally {
      setIsBusy(false);
    }
  };
  // The wrong field gets the focus.
  useEffect(() => {
    if (failure?.field === undefined) return;
    form.current?.querySelector<HTMLInputElement>(`[name="${failure.field}"]`)?.focus();
  }, [failure]);
  const faultOf = (field: SignInField): string | undefined =>
    failure?.field === field ? failure.message : undefined;
  const forget = (): void => {
    setFailure(undefined);
  };
  return { form, failure, isBusy, run, forget, faultOf };
}

interface AccountProps {
  readonly firebase: NonNullable<Config['firebase']>;
  /** Whether the user signs up. */
  readonly isNew: boolean;
  readonly setIsNew: (isNew: boolean) => void;
}

function Account({ firebase, isNew, setIsNew }: AccountProps) {
  const { form, failure, isBusy, run, forget, faultOf } = useAttempt();
  const isEmulated = firebase.emulatorUrl !== undefined;

  const submit = (event: SyntheticEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const { name, email, password } = textsOf(event.currentTarget);
    void run(async () => {
      if (isNew && name.trim() === '') throw new SignInError('Enter a name.', 'name');
      if (email.trim() === '') throw new SignInError('Enter your e-mail address.', 'email');
      if (password === '') throw new SignInError('Enter your password.', 'password');
      await (isNew ? signUp(name.trim(), email.trim(), password) : signIn(email.trim(), password));
    });
  };
  const withGoogle = (): void => {
    const email = form.current === null ? '' : textsOf(form.current).email.trim();
    void run(async () => {
      if (isEmulated && email === '') {
        throw new SignInError(
          'Enter the address to sign in with: the emulator does not ask Google.',
          'email',
        );
      }
      await signInWithGoogle(isEmulated ? email : undefined);
    });
  };

  return (
    <section className={styles.way}>
      <form ref={form} className={styles.form} onSubmit={submit} noValidate>
        {isNew && (
          <TextField
            label="Name"
            name="name"
            autoComplete="name"
            hint="It is shown beside what you write."
            fault={faultOf('name')}
            maxLength={100}
            required
          />
        )}
        <TextField
          label="E-mail"
          name="email"
          type="email"
          autoComplete="email"
          fault={faultOf('email')}
          required
        />
        <TextField
          label="Password"
          name="password"
          type="password"
          autoComplete={isNew ? 'new-password' : 'current-password'}
          fault={faultOf('password')}
          required
          {...(isNew && { hint: 'At least 6 characters.' })}
        />
        {failure && failure.field === undefined && <Message tone="bad">{failure.message}</Message>}
        <div className={styles.actions}>
          <Button type="submit" look="primary" aria-disabled={isBusy}>
            {isNew ? 'Sign up' : 'Sign in'}
          </Button>
          <Button aria-disabled={isBusy} onClick={withGoogle}>
            {isEmulated ? 'Google (emulator)' : 'Continue with Google'}
          </Button>
        </div>
      </form>
      <p>
        {isNew ? 'You have an account?' : 'You have no account?'}{' '}
        <Button
          small
          look="quiet"
          onClick={() => {
            setIsNew(!isNew);
            forget();
          }}
        >
          {isNew ? 'Sign in' : 'Sign up'}
        </Button>
      </p>
    </section>
  );
}

/** The form to sign in to a stack in development, which accepts unsigned tokens. */
function Development() {
  const { form, failure, isBusy, run, faultOf } = useAttempt();
  const heading = useId();
  return (
    <section className={styles.way} aria-labelledby={heading}>
      <h2 id={heading} className={styles.heading}>
        For development
      </h2>
      <form
        ref={form}
        className={styles.form}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          const { name } = textsOf(event.currentTarget);
          void run(() => signInForDevelopment(name));
        }}
      >
        <TextField
          label="Name to sign in with"
          name="name"
          autoComplete="off"
          hint="Any name will do: this stack checks no passwords. The same name is the same user."
          fault={faultOf('name')}
          maxLength={100}
          required
        />
        {failure && failure.field === undefined && <Message tone="bad">{failure.message}</Message>}
        <div className={styles.actions}>
          <Button type="submit" look="primary" aria-disabled={isBusy}>
            Sign in as this name
          </Button>
        </div>
      </form>
    </section>
  );
}

function textsOf(form: HTMLFormElement): Record<SignInField, string> {
  const data = new FormData(form);
  const text = (name: SignInField): string => {
    const value = data.get(name);
    return typeof value === 'string' ? value : '';
  };
  return { name: text('name'), email: text('email'), password: text('password') };
}
