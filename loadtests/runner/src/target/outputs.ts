import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { TargetError, type Outputs, type Target } from './target.ts';
import { messageOf } from '../text/index.ts';

const outputsSchema = z.looseObject({
  HttpApiUrl: z.url(),
  WebSocketUrl: z.url(),
  WebSocketConnectionsTableName: z.string().optional(),
  AwsEndpointUrl: z.url().optional(),
});
/** The output of `aws cloudformation describe-stacks --query 'Stacks[0].Outputs'`. */
const listSchema = z.array(z.object({ OutputKey: z.string(), OutputValue: z.string() }));

/** The credentials that the local AWS endpoint accepts from an operator. */
const LOCAL_CREDENTIALS = { AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' };

/**
 * Reads outputs in both forms: the flat object of sam-offline, and the list of CloudFormation.
 *
 * @param name the name of the file or stack, for errors
 * @throws TargetError that names every output which is missing or is not a URL
 */
export function parseOutputs(value: unknown, name: string): Outputs {
  const list = listSchema.safeParse(value);
  const flat: unknown = list.success
    ? Object.fromEntries(list.data.map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]))
    : value;
  const outputs = outputsSchema.safeParse(flat);
  if (!outputs.success) {
    const faults = outputs.error.issues.map(
      ({ path, message }) => `${path.join('.') || 'it'}: ${message}`,
    );
    throw new TargetError(
      `${name} does not have the outputs of the stack (${faults.join('; ')}): sam-offline writes them to .local/outputs.json, and CloudFormation has those of a deployed stack`,
    );
  }
  return outputs.data;
}

/** The environment variables with which AWS's SDK reaches the stack of the outputs. */
export function environmentOf({ AwsEndpointUrl }: Outputs, region: string): Record<string, string> {
  return {
    AWS_REGION: region,
    ...(AwsEndpointUrl !== undefined && { AWS_ENDPOINT_URL: AwsEndpointUrl, ...LOCAL_CREDENTIALS }),
  };
}

/**
 * Finds a stack that already runs by the file with its outputs.
 *
 * @param folder the folder in which the outputs are written in the engine's form
 * @throws TargetError if the file cannot be read or lacks outputs
 */
export async function outputsTarget(file: string, folder: string, region: string): Promise<Target> {
  let value: unknown;
  try {
    value = JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    throw new TargetError(
      `${file} cannot be read as JSON (${messageOf(error)}): --outputs takes the file with a stack's outputs, such as .local/outputs.json of \`npm start\``,
      { cause: error },
    );
  }
  const outputs = parseOutputs(value, file);
  return {
    name: outputs.AwsEndpointUrl === undefined ? file : 'local',
    outputsFile: await writeOutputs(outputs, folder),
    outputs,
    environment: environmentOf(outputs, region),
    isOnAws: outputs.HttpApiUrl.includes('.amazonaws.com'),
    stop: () => Promise.resolve(),
  };
}

/**
 * Writes outputs as a flat object, which is the engine's form.
 *
 * @returns the path of the file
 */
export async function writeOutputs(outputs: Outputs, folder: string): Promise<string> {
  const file = join(folder, 'outputs.json');
  await mkdir(folder, { recursive: true });
  await writeFile(file, `${JSON.stringify(outputs, undefined, 2)}\n`);
  return file;
}
