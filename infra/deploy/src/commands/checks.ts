import { z } from 'zod';
import { DeployError } from '../errors.ts';
import { failuresOf, obstacle, waitUntilIdle, type StackState } from '../stack/index.ts';
import { toolError } from '../tools/index.ts';
import type { Context } from './context.ts';

const identitySchema = z.object({ Account: z.string(), Arn: z.string() });

/** Matches the AWS CLI's message about expired credentials. */
const EXPIRED = /ExpiredToken|token (?:is|has) expired|Token has expired|session .*expired/i;
/**
 * Matches the AWS CLI's message when an endpoint can't be reached; a region that does not exist has
 * no address.
 */
const UNREACHABLE =
  /Could not connect to the endpoint URL|Invalid endpoint|Name or service not known/i;
const MISSING = /Unable to locate credentials|NoCredentials|could not be found|Error loading SSO/i;

/**
 * Checks that there are valid credentials of the right account.
 *
 * @returns the account's id
 * @throws DeployError that says what is wrong with the credentials and what to do
 */
export async function checkIdentity({ environment, tools, say }: Context): Promise<string> {
  const args = ['sts', 'get-caller-identity', '--output', 'json'];
  const result = await tools.aws(...args);
  if (result.code !== 0) {
    const help =
      'Log in (`aws sso login`), or set AWS_PROFILE or AWS_ACCESS_KEY_ID and its secret.';
    if (EXPIRED.test(result.stderr)) {
      throw new DeployError(`The AWS credentials have expired. ${help}\n${result.stderr.trim()}`);
    }
    if (MISSING.test(result.stderr)) {
      throw new DeployError(`There are no AWS credentials. ${help}\n${result.stderr.trim()}`);
    }
    if (UNREACHABLE.test(result.stderr)) {
      throw new DeployError(
        `AWS does not respond in the region "${environment.region}" of infra/sam/environments/${environment.name}.yaml. ` +
          `Either the region does not exist, or there is no network.\n${result.stderr.trim()}`,
      );
    }
    throw toolError('Reading the identity of the AWS credentials', 'aws', args, result);
  }
  const { Account: account, Arn: arn } = identitySchema.parse(JSON.parse(result.stdout));
  if (environment.account !== undefined && account !== environment.account) {
    throw new DeployError(
      `These are credentials of account ${account} (${arn}), and ${environment.name} belongs to ${environment.account}`,
    );
  }
  say(`${environment.name}: account ${account}, ${environment.region}, as ${arn}`);
  return account;
}

/**
 * API Gateway refuses a WebSocket API with access logs while the account has no role for writing them.
 *
 * @throws DeployError which says where the commands for such a role are
 */
export async function checkGatewayLogging({ environment, tools }: Context): Promise<void> {
  const settings = z
    .object({ cloudwatchRoleArn: z.optional(z.string()) })
    .parse(await tools.awsJson('Reading the settings of API Gateway', 'apigateway', 'get-account'));
  if (settings.cloudwatchRoleArn === undefined) {
    throw new DeployError(
      `API Gateway has no role for writing logs in ${environment.region}, which a WebSocket API with access logs needs. ` +
        'infra/sam/README.md, "Alarms, logs, dashboard", has the commands; run them once for each region.',
    );
  }
}

/**
 * Waits until nothing else changes the stack, and returns its state; `undefined` when it does not
 * exist yet.
 *
 * @throws DeployError when it is in a state in which it can't be deployed to
 */
export async function readyStack(context: Context, name: string): Promise<StackState | undefined> {
  const { environment, tools, say } = context;
  const state = await waitUntilIdle(tools, name, say);
  if (state === undefined) return undefined;
  const fault = obstacle(state, name, {
    deletion: `npx nx run infra:delete -c ${environment.name}`,
    region: environment.region,
  });
  if (fault === undefined) return state;
  throw new DeployError([fault, ...(await whatFailed(context, name))].join('\n'));
}

/** CloudFormation's messages for the resources that failed, as lines below an error. */
export async function whatFailed({ tools }: Context, name: string): Promise<readonly string[]> {
  const failures = await failuresOf(tools, name);
  return failures.length === 0
    ? []
    : ['These resources failed, the first one at the top:', ...failures.map((line) => `  ${line}`)];
}
