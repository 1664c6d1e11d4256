import type { CallService } from '../gateway/index.ts';
import { callEndpoint } from '../gateway/index.ts';
import {
  generateFunctionCredentials,
  type MutableCredentialStore,
  type Principal,
  signRequest,
} from '../signature/index.ts';
import { type LocalTargets, localizeUrls, type Stack } from '../template/index.ts';
import { integrationRoles } from './integration-roles.ts';
import { type Endpoints, localTargets } from './outputs.ts';

/** Calls services for the integrations of a stack's APIs. */
export interface ServiceCaller {
  readonly callService: CallService;
  /**
   * Turns an address of the stack's own APIs into the one on this machine. It is called only after
   * `open`.
   */
  readonly localize: (url: string) => string;
  /** Lets calls go out. Until then they wait, since the addresses of the stack are not known. */
  open(endpoints: Endpoints): void;
}

/**
 * Calls services at this machine's AWS endpoint with the permissions of the integrations' roles.
 * Each call is signed, and the endpoint decides on it as it decides on a function's call.
 */
export function createServiceCaller(
  stack: Stack,
  credentials: MutableCredentialStore,
): ServiceCaller {
  const principals = new Map<string, Principal>();
  for (const arn of integrationRoles(stack).keys()) {
    const name = arn.slice(arn.lastIndexOf('/') + 1);
    const principal = {
      // Permissions are found by the ARN of the role.
      ...{ ...generateFunctionCredentials(name, stack.accountId), name: arn },
      arn: `arn:aws:sts::${stack.accountId}:assumed-role/${name}/BackplaneAssumeRoleSession`,
    };
    credentials.add(principal);
    principals.set(arn, principal);
  }
  const opened = Promise.withResolvers<string>();
  let targets: LocalTargets | undefined;
  return {
    localize: (url) => (targets === undefined ? url : localizeUrls(url, targets)),
    open(endpoints) {
      targets = localTargets(stack, endpoints);
      opened.resolve(endpoints.awsEndpoint);
    },
    async callService({ service, region, method, path, headers, body, roleArn, timeoutMs }) {
      const principal = principals.get(roleArn);
      if (principal === undefined) throw new Error(`No integration has the role ${roleArn}.`);
      const origin = await opened.promise;
      const mark = path.indexOf('?');
      const request = {
        ...{ method, body },
        path: mark < 0 ? path : path.slice(0, mark),
        query: mark < 0 ? '' : path.slice(mark + 1),
        headers: { ...headers, host: new URL(origin).host },
      };
      const signed = signRequest(request, principal, { service, region });
      return callEndpoint({
        ...{ method, url: `${origin}${path}`, body, timeoutMs },
        headers: Object.entries(signed),
      });
    },
  };
}
