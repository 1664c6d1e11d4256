import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import * as z from 'zod';

/** The endpoints of a stack: sam-offline's `.local/outputs.json`, or a deployed stack's outputs. */
const targetSchema = z.object({
  HttpApiUrl: z.url(),
  FunctionUrl: z.url(),
  WebSocketUrl: z.url(),
  /** The origin whose pages may read the APIs' responses. */
  WebOrigin: z.url(),
  /** The name of the Posts table, `<stack>-posts`. */
  PostsTableName: z.string(),
  FanoutQueueUrl: z.url(),
  FanoutDeadLetterQueueUrl: z.url(),
  StreamFailuresQueueUrl: z.url(),
  /** The endpoint for AWS calls, for a local stack only. */
  AwsEndpointUrl: z.optional(z.url()),
  /** The URL of the console, for a local stack only. */
  ConsoleUrl: z.optional(z.url()),
});

export type Target = z.infer<typeof targetSchema>;

/**
 * The folders that a path may be relative to: Nx runs the tests in `e2e/`, but a path is relative
 * to the folder of the command, or to the root.
 */
const bases = [process.env.INIT_CWD, process.cwd(), resolve(import.meta.dirname, '../../..')];

function readJson(file: string): unknown {
  const candidates = bases.flatMap((base) => (base === undefined ? [] : [resolve(base, file)]));
  const found = candidates.find((path) => existsSync(path));
  if (found === undefined) {
    throw new Error(
      `E2E_OUTPUTS: there is no ${candidates[0] ?? file}; \`npm start\` writes .local/outputs.json`,
    );
  }
  try {
    return JSON.parse(readFileSync(found, 'utf8'));
  } catch {
    throw new Error(`E2E_OUTPUTS: ${found} is not JSON`);
  }
}

/** The output of `aws cloudformation describe-stacks --query 'Stacks[0].Outputs'`. */
const cloudFormationOutputs = z.array(z.object({ OutputKey: z.string(), OutputValue: z.string() }));

/**
 * Reads the stack to test from the file that `E2E_OUTPUTS` names: a flat JSON object of outputs, or
 * the list that CloudFormation returns.
 *
 * @throws Error that names the file and every output that is missing or not a URL
 */
export function readTarget(file: string | undefined = process.env.E2E_OUTPUTS): Target {
  if (!file) throw new Error('E2E_OUTPUTS is not set: it names the file with the stack’s outputs');
  const json = readJson(file);
  const list = cloudFormationOutputs.safeParse(json);
  const outputs = list.success
    ? Object.fromEntries(list.data.map((output) => [output.OutputKey, output.OutputValue]))
    : json;
  const target = targetSchema.safeParse(outputs);
  if (!target.success) throw new Error(`${file}: ${z.prettifyError(target.error)}`);
  return target.data;
}
