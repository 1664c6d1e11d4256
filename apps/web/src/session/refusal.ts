import * as z from 'zod/mini';

/** Why a user who was signed in is not signed in any more. */
export interface SessionProblem {
  readonly kind: 'ended' | 'other-project' | 'clock' | 'refused';
  /** The message for the user: what happened, and what to do. */
  readonly message: string;
  /** The name of the user who was signed in. */
  readonly name: string;
}

export interface RefusedToken {
  /** The name of the user. */
  readonly name: string;
  readonly token: string | undefined;
  /** The Firebase project whose tokens the API accepts. */
  readonly projectId: string;
  /** The detail of the API's problem document. */
  readonly detail: string | undefined;
  /** How far this device's clock is ahead (ms); undefined when that is not known. */
  readonly clockAheadMs: number | undefined;
}

/**
 * A clock that differs by more than this (ms) is mentioned; the API checks a token's times to 5 s.
 */
const CLOCK_TOLERANCE_MS = 60_000;

const ofProjectSchema = z.object({ aud: z.string() });

/** Says why the API does not accept a user's tokens. The message contains no part of the token. */
export function explainRefusal({
  name,
  token,
  projectId,
  detail,
  clockAheadMs,
}: RefusedToken): SessionProblem {
  const project = token === undefined ? undefined : projectOf(token);
  if (project !== undefined && project !== projectId) {
    const message = `You signed in to the project "${project}", and this blog takes the project "${projectId}". Sign in here again.`;
    return { kind: 'other-project', name, message };
  }
  if (clockAheadMs !== undefined && Math.abs(clockAheadMs) > CLOCK_TOLERANCE_MS) {
    const minutes = Math.round(Math.abs(clockAheadMs) / 60_000);
    const unit = minutes === 1 ? 'minute' : 'minutes';
    const direction = clockAheadMs > 0 ? 'fast' : 'slow';
    const message = `The clock of this device is ${minutes} ${unit} ${direction}, so your session counts as not valid. Set the clock, and sign in again.`;
    return { kind: 'clock', name, message };
  }
  const said = detail === undefined ? '' : ` The server says: ${detail}.`;
  return {
    kind: 'refused',
    name,
    message: `Your session is not valid any more.${said} Sign in again.`,
  };
}

/** The problem of a session that has ended without a known reason. `name` is the user's name. */
export function endedProblem(name: string): SessionProblem {
  return { kind: 'ended', name, message: 'Your session has ended. Sign in again.' };
}

/** The project of a token. It does not check the token. */
function projectOf(token: string): string | undefined {
  try {
    const [, payload = ''] = token.split('.');
    const json: unknown = JSON.parse(atob(payload.replaceAll('-', '+').replaceAll('_', '/')));
    const parsed = ofProjectSchema.safeParse(json);
    return parsed.success ? parsed.data.aud : undefined;
  } catch {
    return undefined;
  }
}

/**
 * How far this device's clock is ahead of the web server's (ms), from the `Date` of a response. It
 * is precise to about a second, because the header has no fractions.
 *
 * @returns undefined when there was no response
 */
export async function clockAheadMs(
  send: typeof fetch = fetch,
  now: () => number = Date.now,
): Promise<number | undefined> {
  try {
    const { headers } = await send('/config.json', { method: 'HEAD', cache: 'no-store' });
    const serverMs = Date.parse(headers.get('date') ?? '');
    return Number.isNaN(serverMs) ? undefined : now() - serverMs;
  } catch {
    return undefined;
  }
}
