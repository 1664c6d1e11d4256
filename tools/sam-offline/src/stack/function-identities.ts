import {
  type CredentialStore,
  createCredentialStore,
  generateFunctionCredentials,
  operatorCredentials,
  type Principal,
} from '../signature/index.ts';
import { type LambdaFunction, localizeUrls, type Stack } from '../template/index.ts';
import { type Doors, localTargets } from './outputs.ts';

/** Who the functions are to AWS, so that each call can be attributed to the one that made it. */
export interface FunctionIdentities {
  /** The operator's key pair, and one for each function. */
  readonly credentials: CredentialStore;
  /** Who a function is; undefined where the stack has no such function. */
  readonly principalOf: (functionLogicalId: string) => Principal | undefined;
  /**
   * The variables that a function gets beyond Lambda's: its own, with the stack's URLs in them made
   * local, its key pair, and where AWS is.
   */
  environmentOf(fn: LambdaFunction, doors: Doors): Record<string, string>;
}

/** Makes a key pair for every function of a stack. */
export function createFunctionIdentities(stack: Stack): FunctionIdentities {
  const { accountId } = stack;
  const principals = new Map(
    stack.functions.map((fn) => [
      fn.logicalId,
      generateFunctionCredentials(fn.logicalId, accountId),
    ]),
  );
  return {
    credentials: createCredentialStore([operatorCredentials(accountId), ...principals.values()]),
    principalOf: (logicalId) => principals.get(logicalId),
    environmentOf(fn, doors) {
      const targets = localTargets(stack, doors);
      const own = Object.entries(fn.environment).map(([name, value]) => [
        name,
        localizeUrls(value, targets),
      ]);
      const principal = principals.get(fn.logicalId);
      return {
        ...(Object.fromEntries(own) as Record<string, string>),
        AWS_ENDPOINT_URL: doors.awsEndpoint,
        ...(principal && {
          AWS_ACCESS_KEY_ID: principal.accessKeyId,
          AWS_SECRET_ACCESS_KEY: principal.secretAccessKey,
          AWS_SESSION_TOKEN: principal.sessionToken ?? '',
        }),
      };
    },
  };
}
