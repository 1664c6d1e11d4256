import { randomBytes, randomInt } from 'node:crypto';
import type { CredentialStore, Principal } from './principal.ts';

/** A credential store that principals can be added to while the stack runs. */
export interface MutableCredentialStore extends CredentialStore {
  add(principal: Principal): void;
  remove(principal: Principal): void;
}

/**
 * Makes a store that keeps key pairs in memory, by access key id.
 *
 * @throws Error if two principals have the same access key id
 */
export function createCredentialStore(
  principals: Iterable<Principal> = [],
): MutableCredentialStore {
  const byAccessKeyId = new Map<string, Principal>();
  const store: MutableCredentialStore = {
    find: (accessKeyId) => byAccessKeyId.get(accessKeyId),
    add(principal) {
      if (byAccessKeyId.has(principal.accessKeyId)) {
        throw new Error(`Two principals have the access key id ${principal.accessKeyId}.`);
      }
      byAccessKeyId.set(principal.accessKeyId, principal);
    },
    remove({ accessKeyId }) {
      byAccessKeyId.delete(accessKeyId);
    },
  };
  for (const principal of principals) store.add(principal);
  return store;
}

/** Makes the operator's long-term key pair, `local`/`local` by default. */
export function operatorCredentials(
  accountId: string,
  accessKeyId = 'local',
  secretAccessKey = 'local',
): Principal {
  return {
    accessKeyId,
    secretAccessKey,
    ...{ accountId, name: 'operator' },
    arn: `arn:aws:iam::${accountId}:user/operator`,
  };
}

/**
 * Makes temporary credentials of a function's execution role in the form that Lambda sets in the
 * environment: an `ASIA…` key of 20 characters, a secret of 40 characters, and a session token.
 *
 * @param invocation gives the invocation that the credentials' execution environment runs
 */
export function generateFunctionCredentials(
  functionLogicalId: string,
  accountId: string,
  invocation?: Principal['invocation'],
): Principal {
  return {
    ...(invocation && { invocation }),
    accessKeyId: `ASIA${randomKeyCharacters(16)}`,
    secretAccessKey: randomBytes(30).toString('base64'),
    sessionToken: randomBytes(66).toString('base64'),
    ...{ accountId, name: functionLogicalId },
    arn: `arn:aws:sts::${accountId}:assumed-role/${functionLogicalId}-role/${functionLogicalId}`,
  };
}

/** Makes characters of a key id, which is base 32. */
function randomKeyCharacters(count: number): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  let text = '';
  for (let index = 0; index < count; index++) text += alphabet.charAt(randomInt(alphabet.length));
  return text;
}
