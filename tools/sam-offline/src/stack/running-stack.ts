import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { UserError } from '../sam-offline-error.ts';

/** How long, in ms, to wait for a response of a stack that may be running. */
const HEALTH_TIMEOUT_MS = 1_000;

const outputsSchema = z.looseObject({ AwsEndpointUrl: z.url() });

/** Another sam-offline uses the data folder. Two DynamoDBs on one file would corrupt it. */
export class AlreadyRunningError extends UserError {
  override readonly name = 'AlreadyRunningError';

  constructor(dataDirectory: string, endpoint: string) {
    super(
      `another sam-offline uses the data folder ${dataDirectory} (its AWS endpoint is ${endpoint}); ` +
        `stop it, or choose another folder with --data-dir`,
    );
  }
}

/** The file in which a running stack keeps its outputs. */
export function outputsFileOf(dataDirectory: string): string {
  return join(dataDirectory, 'outputs.json');
}

/**
 * Finds the stack that runs on a data folder.
 *
 * @returns its AWS endpoint; undefined if none runs. A file that a killed stack has left does not
 *   count
 */
export async function findRunningStack(dataDirectory: string): Promise<string | undefined> {
  try {
    const outputs = outputsSchema.parse(
      JSON.parse(readFileSync(outputsFileOf(dataDirectory), 'utf8')),
    );
    const response = await fetch(outputs.AwsEndpointUrl, {
      signal: AbortSignal.timeout(HEALTH_TIMEOUT_MS),
    });
    await response.body?.cancel();
    return response.ok ? outputs.AwsEndpointUrl : undefined;
  } catch {
    return undefined;
  }
}
