import { dirname, join } from 'node:path';
import { DeployError } from '../errors.ts';
import { ensureImage, imageContexts, imageTag, writeDeployable } from '../package/index.ts';
import { readChangeSet, readStack, type Change } from '../stack/index.ts';
import { toolError } from '../tools/index.ts';
import { whatFailed } from './checks.ts';
import type { Context } from './context.ts';

/** A change set that CloudFormation made and that was not executed yet. */
export interface ProposedChange {
  readonly arn: string;
  readonly changes: readonly Change[];
}

/** The path of the template that is deployed, which has the images' URIs. */
function deployablePath({ paths, environment }: Context): string {
  return join(paths.work, environment.name, 'template.yaml');
}

/**
 * Creates or updates the stack of the ECR repository, which must exist before an image is pushed.
 *
 * @returns the repository's URI
 * @throws DeployError with CloudFormation's message
 */
export async function ensureRegistry(context: Context): Promise<string> {
  const { environment, tools, paths } = context;
  const { registryStackName: name } = environment;
  const args = [
    'cloudformation',
    'deploy',
    '--template-file',
    paths.registry,
    '--stack-name',
    name,
  ];
  const parameters = [`Environment=${environment.name}`, `StackPrefix=${environment.stackPrefix}`];
  const result = await tools.aws(
    ...[...args, '--no-fail-on-empty-changeset', '--parameter-overrides', ...parameters],
  );
  if (result.code !== 0) {
    const { message } = toolError(`Deploying ${name}`, 'aws', args, result);
    throw new DeployError([message, ...(await whatFailed(context, name))].join('\n'));
  }
  const uri = await repositoryOf(context);
  if (uri === undefined) throw new DeployError(`The stack ${name} has no output ECRRepositoryURI`);
  return uri;
}

/** The repository's URI; `undefined` when its stack does not exist. */
export async function repositoryOf({ environment, tools }: Context): Promise<string | undefined> {
  return (await readStack(tools, environment.registryStackName))?.outputs.ECRRepositoryURI;
}

/** The images that the template needs. */
export interface Images {
  /** The URI of their repository. */
  readonly repository: string;
  /** Their own URIs, by the functions' logical ids. */
  readonly uris: Readonly<Record<string, string>>;
}

/**
 * Builds and pushes the images of the template that the repository does not have.
 *
 * @throws DeployError when an image can't be built or pushed
 */
export async function ensureImages(context: Context, repository: string): Promise<Images> {
  const uris: Record<string, string> = {};
  for (const [id, folder] of Object.entries(imageContexts(context.paths.template))) {
    const { uri } = await ensureImage(context.tools, repository, folder, context.say);
    uris[id] = uri;
  }
  return { repository, uris };
}

/** The images that the template would have. Nothing is built or pushed. */
export function imagesForDiff(context: Context, repository: string): Images {
  const contexts = Object.entries(imageContexts(context.paths.template));
  const uris = contexts.map(([id, folder]) => [id, `${repository}:${imageTag(folder)}`] as const);
  return { repository, uris: Object.fromEntries(uris) };
}

/** `Name=value`; SAM accepts an empty value only in quotes. */
const override = ([name, value]: readonly [string, string]): string =>
  `${name}=${value === '' ? '""' : value}`;

/**
 * Writes the template that is deployed, uploads bundles that are not in the bucket yet, and lets
 * CloudFormation compare the template with the stack.
 *
 * @param webOrigin the web app's origin; undefined for the template's default
 * @returns undefined when nothing changes
 * @throws DeployError when a bundle is missing, or with the message of SAM or CloudFormation
 */
export async function proposeChange(
  context: Context,
  images: Images,
  webOrigin: string | undefined,
): Promise<ProposedChange | undefined> {
  const { environment, tools } = context;
  const { stackName, region } = environment;
  const parameters = {
    ...environment.parameters,
    ...(webOrigin !== undefined && { CorsOrigin: webOrigin }),
  };
  const template = deployablePath(context);
  writeDeployable(context.paths.template, template, images.uris, parameters);
  const result = await tools.run('sam', [
    ...['deploy', '--template-file', template, '--stack-name', stackName, '--region', region],
    // A bundle's name in the bucket is a hash of its content, so a bundle that is there is not
    // uploaded again.
    ...['--resolve-s3', '--s3-prefix', stackName],
    // SAM requires this for every template with an image, although it does not push an image whose
    // URI is in ECR.
    ...['--image-repository', images.repository],
    ...['--capabilities', 'CAPABILITY_IAM', 'CAPABILITY_AUTO_EXPAND'],
    ...['--no-execute-changeset', '--no-fail-on-empty-changeset', '--no-progressbar'],
    ...['--tags', `application=${environment.stackPrefix}`, `environment=${environment.name}`],
    '--parameter-overrides',
    ...Object.entries(parameters).map(override),
  ]);
  const output = `${result.stdout}\n${result.stderr}`;
  if (result.code !== 0) {
    throw toolError(`Proposing the change of ${stackName}`, 'sam', ['deploy'], result);
  }
  if (output.includes('No changes to deploy')) return undefined;
  const arn = /arn:aws[a-z-]*:cloudformation:\S+:changeSet\/\S+/.exec(output)?.[0];
  if (arn === undefined) {
    throw new DeployError(`sam deploy named no change set, in ${dirname(template)}:\n${output}`);
  }
  return { arn, changes: await readChangeSet(tools, arn) };
}

/** Removes a change set that is not executed, and the empty stack that it was made for, if any. */
export async function discardChange(context: Context, { arn }: ProposedChange): Promise<void> {
  const { environment, tools } = context;
  const { stackName } = environment;
  await tools.awsJson(
    'Deleting the change set',
    ...['cloudformation', 'delete-change-set', '--change-set-name', arn],
  );
  const state = await readStack(tools, stackName);
  if (state?.status !== 'REVIEW_IN_PROGRESS') return;
  await tools.awsJson(
    `Deleting the empty stack ${stackName}`,
    ...['cloudformation', 'delete-stack', '--stack-name', stackName],
  );
}
