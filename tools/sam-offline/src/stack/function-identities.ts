import {
  createCredentialStore,
  generateFunctionCredentials,
  type MutableCredentialStore,
  operatorCredentials,
  type Principal,
  type SigningInvocation,
} from '../signature/index.ts';
import type { EnvironmentIdentity } from '../lambda/index.ts';
import { type LambdaFunction, localizeUrls, type Stack } from '../template/index.ts';
import { type Endpoints, localTargets } from './outputs.ts';

/** The identities of the functions towards AWS, by which each call is attributed to its caller. */
export interface FunctionIdentities {
  /** The key pair of the operator, and one for each execution environment. */
  readonly credentials: MutableCredentialStore;
  /** The principal of a function. Undefined if the stack has no such function. */
  readonly principalOf: (functionLogicalId: string) => Principal | undefined;
  /**
   * The variables that a function gets besides Lambda's: its own, in which the stack's URLs are
   * replaced by those on this machine, and the address of the AWS endpoint.
   */
  environmentOf(fn: LambdaFunction, endpoints: Endpoints): Record<string, string>;
  /**
   * Makes the key pair of an execution environment.
   *
   * @param invocation the invocation that the environment runs, or ran last
   */
  identify(
    fn: LambdaFunction,
    invocation: () => SigningInvocation | undefined,
  ): EnvironmentIdentity;
}

/**
 * How many environments that have ended are still known. A call may arrive after the environment
 * that signed it has ended.
 */
const ENDED_KEPT = 1000;

/** Gives the functions of a stack their variables and key pairs. */
export function createFunctionIdentities(stack: Stack): FunctionIdentities {
  const { accountId } = stack;
  const credentials: MutableCredentialStore = createCredentialStore([
    operatorCredentials(accountId),
  ]);
  const ended: Principal[] = [];
  // Used for questions about a function's permissions. Nobody signs with these keys.
  const principals = new Map(
    stack.functions.map(({ logicalId }) => [
      logicalId,
      generateFunctionCredentials(logicalId, accountId),
    ]),
  );
  return {
    principalOf: (logicalId) => principals.get(logicalId),
    credentials,
    identify({ logicalId }, invocation) {
      const principal = generateFunctionCredentials(logicalId, accountId, invocation);
      credentials.add(principal);
      return {
        variables: {
          AWS_ACCESS_KEY_ID: principal.accessKeyId,
          AWS_SECRET_ACCESS_KEY: principal.secretAccessKey,
          AWS_SESSION_TOKEN: principal.sessionToken ?? '',
        },
        end() {
          const oldest = ended.push(principal) > ENDED_KEPT ? ended.shift() : undefined;
          if (oldest !== undefined) credentials.remove(oldest);
        },
      };
    },
    environmentOf(fn, endpoints) {
      const targets = localTargets(stack, endpoints);
      const own = Object.entries(fn.environment).map(([name, value]) => [
        name,
        localizeUrls(value, targets),
      ]);
      return {
        ...(Object.fromEntries(own) as Record<string, string>),
        AWS_ENDPOINT_URL: endpoints.awsEndpoint,
      };
    },
  };
}
