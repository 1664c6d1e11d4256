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

/** Who the functions are to AWS, so that each call can be attributed to the one that made it. */
export interface FunctionIdentities {
  /** The operator's key pair, and one for each execution environment. */
  readonly credentials: MutableCredentialStore;
  /** Who a function is; undefined where the stack has no such function. */
  readonly principalOf: (functionLogicalId: string) => Principal | undefined;
  /**
   * The variables that a function gets beyond Lambda's: its own, with the stack's URLs in them made
   * local, and where AWS is.
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

/** A call may arrive after the environment that signed it has ended: so many ended ones are still known. */
const ENDED_KEPT = 1000;

/** Gives the functions of a stack their variables and key pairs. */
export function createFunctionIdentities(stack: Stack): FunctionIdentities {
  const { accountId } = stack;
  const credentials: MutableCredentialStore = createCredentialStore([
    operatorCredentials(accountId),
  ]);
  const ended: Principal[] = [];
  // For questions about a function's permissions; nobody signs with these.
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
