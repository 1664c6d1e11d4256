import { join } from 'node:path';
import { DeployError } from '../errors.ts';
import { explain, readStack, seriousChanges } from '../stack/index.ts';
import {
  discardChange,
  ensureImages,
  ensureRegistry,
  type Images,
  proposeChange,
  type ProposedChange,
} from './change.ts';
import { checkGatewayLogging, checkIdentity, readyStack, whatFailed } from './checks.ts';
import type { Context } from './context.ts';
import { writeOutputs } from './outputs.ts';
import { publishSite, readSite, webOriginOf, webOutputs } from '../web/index.ts';

export interface DeployOptions {
  /** Whether to deploy without asking. */
  readonly isConfirmed: boolean;
  /** Whether to deploy even if data or an address is lost. */
  readonly acceptsLoss: boolean;
}

/**
 * Deploys an environment, for the first time or again: the registry, the image if its content is
 * new, the changes of the stack, and then the changed files of the web app. After an interruption,
 * call it again.
 *
 * @throws DeployError that says what was found, and what to do; the stack does not change before
 * the change set is executed
 */
export async function deploy(context: Context, options: DeployOptions): Promise<void> {
  const { environment, tools, say } = context;
  const { stackName } = environment;
  tools.require('aws', 'sam');
  const site = readSite(context.paths.web);
  await checkIdentity(context);
  await checkGatewayLogging(context);
  await readyStack(context, environment.registryStackName);
  const before = await readyStack(context, stackName);
  const isNew = before === undefined || before.status === 'REVIEW_IN_PROGRESS';
  const confirm = confirmation(context, options.isConfirmed);

  const repository = await ensureRegistry(context);
  const images = await ensureImages(context, repository);
  const update = { ...options, confirm, images };
  await updateStack(context, { ...update, isNew }, webOriginOf(environment, before?.outputs));
  await protect(context);
  let outputs = webOutputs(stackName, await writeOutputs(context));
  const webOrigin = webOriginOf(environment, outputs);
  if (webOrigin !== outputs.WebOrigin) {
    say(`${outputs.WebUrl} is the web app's address, as AWS chose it; the APIs must allow it`);
    await updateStack(context, { ...update, isNew: false }, webOrigin);
    outputs = webOutputs(stackName, await writeOutputs(context));
  }
  const folder = join(context.paths.work, environment.name, 'web');
  await publishSite({ environment, tools, folder, say }, site, outputs, () => confirm());
}

interface Update extends DeployOptions {
  readonly images: Images;
  readonly isNew: boolean;
  readonly confirm: (undo?: () => Promise<void>) => Promise<void>;
}

/**
 * Prints the changes of the stack, asks, and executes them. It does nothing when nothing changes.
 */
async function updateStack(
  context: Context,
  update: Update,
  webOrigin: string | undefined,
): Promise<void> {
  const { environment, say } = context;
  const { stackName } = environment;
  const proposed = await proposeChange(context, update.images, webOrigin);
  if (proposed === undefined) {
    say(`${stackName}: nothing changes`);
    return;
  }
  for (const line of explain(stackName, proposed.changes)) say(line);
  await refuseLoss(context, proposed, update);
  await update.confirm(() => discardChange(context, proposed));
  await execute(context, proposed, update.isNew);
}

async function refuseLoss(
  context: Context,
  proposed: ProposedChange,
  { acceptsLoss, isNew }: Update,
): Promise<void> {
  const serious = seriousChanges(proposed.changes);
  if (serious.length > 0 && !acceptsLoss && !isNew) {
    await discardChange(context, proposed);
    throw new DeployError(
      `This would lose data or an address (${serious.map(({ id }) => id).join(', ')}), so nothing was changed. ` +
        'docs/operations.md says how to avoid the loss; use --accept-loss to deploy anyway.',
    );
  }
}

/**
 * Makes the confirmation of a change. For a protected environment it asks before the first change.
 *
 * @returns a function that asks unless that was done; it throws a DeployError, after undoing what
 * was prepared, when nobody confirms
 */
function confirmation(
  { environment, ask }: Context,
  isConfirmed: boolean,
): (undo?: () => Promise<void>) => Promise<void> {
  let isSettled = isConfirmed || !environment.isProtected;
  return async (undo) => {
    if (isSettled) return;
    const answer = await ask(`Type "${environment.stackName}" to change it: `);
    if (answer !== environment.stackName) {
      await undo?.();
      throw new DeployError(
        answer === undefined
          ? `${environment.stackName} is changed only after a confirmation, and there is no terminal to ask at; use --yes`
          : `Not confirmed, so ${environment.stackName} was not changed`,
      );
    }
    isSettled = true;
  };
}

async function execute(context: Context, { arn }: ProposedChange, isNew: boolean): Promise<void> {
  const { environment, tools, say } = context;
  const { stackName } = environment;
  await tools.awsJson(
    'Executing the change set',
    ...['cloudformation', 'execute-change-set', '--change-set-name', arn],
  );
  say(`CloudFormation ${isNew ? 'creates' : 'updates'} ${stackName} …`);
  const waiter = isNew ? 'stack-create-complete' : 'stack-update-complete';
  await tools.aws('cloudformation', 'wait', waiter, '--stack-name', stackName);
  const state = await readStack(tools, stackName);
  const status = state?.status ?? 'no stack';
  if (status === 'CREATE_COMPLETE' || status.startsWith('UPDATE_COMPLETE')) {
    say(`${stackName}: ${status}`);
    return;
  }
  const failures = await whatFailed(context, stackName);
  const now = isNew
    ? `Delete what is left, then deploy again: npx nx run infra:delete -c ${environment.name}`
    : 'After the rollback the stack is as it was before.';
  throw new DeployError(
    [`The deployment failed: ${stackName} is in ${status}. ${now}`, ...failures].join('\n'),
  );
}

/** Protects the stack against deletion by mistake, also in the AWS console. */
async function protect({ environment, tools, say }: Context): Promise<void> {
  const { stackName, registryStackName, isProtected } = environment;
  if (!isProtected) return;
  for (const name of [stackName, registryStackName]) {
    const state = await readStack(tools, name);
    if (state === undefined || state.isTerminationProtected) continue;
    await tools.awsJson(
      `Protecting ${name}`,
      ...['cloudformation', 'update-termination-protection', '--stack-name', name],
      '--enable-termination-protection',
    );
    say(`${name}: protected against deletion`);
  }
}
