import {
  CloudFormationClient,
  DescribeStacksCommand,
  type CloudFormationClientConfig,
} from '@aws-sdk/client-cloudformation';
import { environmentOf, parseOutputs, writeOutputs } from './outputs.ts';
import { TargetError, type Target } from './target.ts';
import { describeError } from '../text/index.ts';

/**
 * Finds a deployed stack by its outputs in CloudFormation.
 *
 * @param environment `development`, `staging` or `production`
 * @param folder the folder in which the outputs are written to a file
 * @throws TargetError if CloudFormation does not respond, does not have the stack, or if the stack
 *   lacks outputs
 */
export async function deployedTarget(
  environment: string,
  folder: string,
  config: CloudFormationClientConfig & { readonly region: string },
): Promise<Target> {
  const stackName = `blogapp-${environment}`;
  const client = new CloudFormationClient(config);
  let list: unknown;
  let credentials: Record<string, string>;
  try {
    const { Stacks: stacks = [] } = await client.send(
      new DescribeStacksCommand({ StackName: stackName }),
    );
    credentials = await credentialsOf(client);
    list = (stacks[0]?.Outputs ?? []).map(({ OutputKey, OutputValue }) => ({
      OutputKey,
      OutputValue,
    }));
  } catch (error) {
    throw new TargetError(
      `the outputs of ${stackName} in ${config.region} could not be read (${describeError(error)}): it has to be deployed (npx nx deploy infra -c ${environment}), and AWS credentials that may call cloudformation:DescribeStacks are needed`,
      { cause: error },
    );
  } finally {
    client.destroy();
  }
  const outputs = parseOutputs(list, `the stack ${stackName}`);
  return {
    ...{ name: stackName, stackName, outputs, isOnAws: true },
    outputsFile: await writeOutputs(outputs, folder),
    environment: { ...environmentOf(outputs, config.region), ...credentials },
    stop: () => Promise.resolve(),
  };
}

/**
 * The caller's credentials as environment variables. The engine signs with these, since it cannot
 * read profiles.
 */
async function credentialsOf(client: CloudFormationClient): Promise<Record<string, string>> {
  const { accessKeyId, secretAccessKey, sessionToken } = await client.config.credentials();
  return {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    ...(sessionToken !== undefined && { AWS_SESSION_TOKEN: sessionToken }),
  };
}
