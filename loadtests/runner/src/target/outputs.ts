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
/** What `aws cloudformation describe-stacks --query 'Stacks[0].Outputs'` prints. */
const listSchema = z.array(z.object({ OutputKey: z.string(), OutputValue: z.string() }));

/** What the local AWS endpoint takes from an operator. */
const LOCAL_CREDENTIALS = { AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' };

/**
 * Reads outputs in either form: the flat object that sam-offline writes, or CloudFormation's list.
 *
 * @param name which file or stack, for errors
 * @throws TargetError that names every output which is missing or no URL
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
      `${name} has not the outputs of the stack (${faults.join('; ')}): sam-offline writes them to .local/outputs.json, and CloudFormation gives a deployed stack's`,
    );
  }
  return outputs.data;
}

/** The environment in which AWS's SDK reaches the stack that the outputs are of. */
export function environmentOf({ AwsEndpointUrl }: Outputs, region: string): Record<string, string> {
  return {
    AWS_REGION: region,
    ...(AwsEndpointUrl !== undefined && { AWS_ENDPOINT_URL: AwsEndpointUrl, ...LOCAL_CREDENTIALS }),
  };
}

/**
 * A stack that runs already, by the file with its outputs.
 *
 * @param folder gets the outputs in the form that the engine reads
 * @throws TargetError when the file can't be read or lacks outputs
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

/** Writes outputs as a flat object, as the engine reads them; returns the file. */
export async function writeOutputs(outputs: Outputs, folder: string): Promise<string> {
  const file = join(folder, 'outputs.json');
  await mkdir(folder, { recursive: true });
  await writeFile(file, `${JSON.stringify(outputs, undefined, 2)}\n`);
  return file;
}
