import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { installPeer, peerDirectory } from '../harness/index.ts';
import { ACCOUNT, type PermissionCase } from './cases.ts';

const PEER = 'iam-simulate';
const modules = join(peerDirectory(PEER), 'node_modules/@cloud-copilot');

/** Decides on a case: true when it allows the request. */
export type Decider = (permissionCase: PermissionCase) => boolean;

/**
 * Installs `@cloud-copilot/iam-simulate` unless it is installed. Its licence is the AGPL, so it is
 * installed on demand and never a dependency.
 *
 * @throws Error when npm fails
 */
export function installIamSimulate(): void {
  installPeer(PEER, '@cloud-copilot/iam-simulate');
}

/**
 * iam-simulate's engine, without the checks before it, which take twenty times as long. Its own
 * function without checks, `runUnsafeSimulation`, fails when there is a resource policy, so the
 * engine is called here as that function calls it.
 */
export async function loadIamSimulate(): Promise<Decider> {
  const load = (path: string): Promise<Record<string, unknown>> =>
    import(pathToFileURL(join(modules, path)).href) as Promise<Record<string, unknown>>;
  const engine = 'iam-simulate/dist/esm';
  const { loadPolicy } = (await load('iam-policy/dist/esm/index.js')) as {
    loadPolicy: (document: unknown, options: { name: string }) => unknown;
  };
  const { authorize } = (await load(`${engine}/core_engine/CoreSimulatorEngine.js`)) as {
    authorize: (input: unknown) => { readonly result: string };
  };
  const { AwsRequestImpl } = (await load(`${engine}/request/request.js`)) as {
    AwsRequestImpl: new (
      principal: string,
      resource: { resource: string; accountId: string },
      action: string,
      context: unknown,
    ) => unknown;
  };
  const { RequestContextImpl } = (await load(`${engine}/requestContext.js`)) as {
    RequestContextImpl: new (values: unknown) => unknown;
  };
  const { DiscoveryContextKeyConstraints } = (await load(
    `${engine}/context_keys/discoveryContextKeyConstraints.js`,
  )) as { DiscoveryContextKeyConstraints: new (constraints: unknown[]) => unknown };

  return ({
    identityPolicies,
    boundary,
    resourcePolicy,
    principalArn,
    action,
    resource,
    context,
  }) =>
    authorize({
      request: new AwsRequestImpl(
        principalArn,
        { resource, accountId: ACCOUNT },
        action,
        new RequestContextImpl(context),
      ),
      identityPolicies: identityPolicies.map((policy, index) =>
        loadPolicy(policy, { name: `identity ${index}` }),
      ),
      ...(boundary && { permissionBoundaries: [loadPolicy(boundary, { name: 'boundary' })] }),
      ...(resourcePolicy && { resourcePolicy: loadPolicy(resourcePolicy, { name: 'resource' }) }),
      serviceControlPolicies: [],
      resourceControlPolicies: [],
      simulationParameters: {
        simulationMode: 'Strict',
        discoveryContextKeyConstraints: new DiscoveryContextKeyConstraints([]),
      },
      serviceSettings: { s3: {} },
    }).result === 'Allowed';
}
