import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Deployments } from './deployments.ts';
import { unexplainedPermissions } from './permissions.ts';
import { served } from './program-output.ts';
import { startSamOffline } from './sam-offline.ts';
import { serveSigningKeys } from './signing-keys.ts';

const TEMPLATE = 'infra/sam/template.yaml';
const STACK_NAME = 'blogapp-e2e';
const root = resolve(import.meta.dirname, '../../..');

export interface LocalStackOptions {
  /** The period of alarms (s); the least when absent, so that alarms are proved in seconds. */
  readonly alarmPeriod?: number;
  /** The values of the option `--limit`: `concurrency=4`. */
  readonly limits?: readonly string[];
  /** The bundles that a test deploys other code to, by their folders under `dist/apps`. */
  readonly deployable?: readonly string[];
}

/**
 * A stack on this machine, with free ports and an empty data folder, which is removed when it is
 * stopped.
 */
export interface LocalStack {
  readonly outputsFile: string;
  /** Replaces the code of a `deployable` bundle; resolves when the function runs it. */
  deploy(bundle: string, code: string): Promise<void>;
  /** Restores the original code of a bundle. */
  goBack(bundle: string): Promise<void>;
  /**
   * @param check whether to check for permissions that the run did not use
   * @throws Error naming permissions that are missing, or not used and not explained in the template
   */
  stop(check?: { readonly permissions: boolean }): Promise<void>;
}

/**
 * Starts the stack from its template, as `npm start` does.
 *
 * @throws Error with everything that sam-offline printed, when it ends before it is ready
 */
export async function startLocalStack({
  alarmPeriod = 10,
  limits = [],
  deployable = [],
}: LocalStackOptions = {}): Promise<LocalStack> {
  const folder = mkdtempSync(join(tmpdir(), 'blogapp-e2e-'));
  const dataDirectory = join(folder, 'data');
  const deployments = new Deployments(join(folder, 'deployed'), deployable);
  const signingKeys = await serveSigningKeys();
  const running = await startSamOffline(root, [
    `--template=${deployments.templateFile}`,
    `--stack-name=${STACK_NAME}`,
    // The stack accepts ID tokens that are not signed, as with `npm start`, so that tests can sign
    // in by themselves.
    '--parameter-overrides=FirebaseAuthEmulatorHost=127.0.0.1:9099',
    `--parameter-overrides=FirebaseJwksUri=${signingKeys.uri}`,
    `--parameter-overrides=AlarmPeriod=${alarmPeriod}`,
    ...limits.map((limit) => `--limit=${limit}`),
    ...(deployable.length > 0 ? ['--watch'] : []),
    `--data-dir=${dataDirectory}`,
  ]);
  return {
    outputsFile: join(dataDirectory, 'outputs.json'),
    deploy: (bundle, code) =>
      served(running.output, (mark) => {
        deployments.deploy(bundle, code + mark);
      }),
    goBack: (bundle) =>
      served(running.output, (mark) => {
        deployments.deploy(bundle, deployments.codeBefore(bundle) + mark);
      }),
    async stop(check = { permissions: false }) {
      await running.stop();
      await signingKeys.stop();
      try {
        if (check.permissions) await checkPermissions(dataDirectory);
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
  };
}

async function checkPermissions(dataDirectory: string): Promise<void> {
  const lines = await unexplainedPermissions(root, TEMPLATE, [
    `--stack-name=${STACK_NAME}`,
    `--data-dir=${dataDirectory}`,
  ]);
  if (lines.length > 0) {
    throw new Error(
      `The template grants permissions that the tests do not use, or lacks some that they need. Change ${TEMPLATE}, or ` +
        `say in the policy why it is there ("# Granted beyond the tests: dynamodb:GetItem …"):\n${lines.join('\n')}`,
    );
  }
}
