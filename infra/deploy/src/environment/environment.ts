import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { DeployError } from '../errors.ts';
import { defaultsOf, faultOfParameter, type TemplateParameters } from './template-parameters.ts';

export const ENVIRONMENT_NAMES = ['development', 'staging', 'production'] as const;

export type EnvironmentName = (typeof ENVIRONMENT_NAMES)[number];

/** Parameters of the template that other fields of the file set. */
const OWN_PARAMETERS = ['Environment', 'CorsOrigin', 'FirebaseProjectId'];
/** Parameters that make a stack trust ID tokens which anybody can make. */
const DEVELOPMENT_ONLY = ['FirebaseAuthEmulatorHost', 'FirebaseJwksUri'];

const fileSchema = z.strictObject({
  region: z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'is not a region such as ap-northeast-1'),
  // The longest name of a resource, with the longest environment's name, must fit into 64
  // characters.
  stackPrefix: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,19}$/, 'takes up to 20 of a-z, 0-9 and "-", a letter first'),
  account: z.optional(z.string().regex(/^\d{12}$/, 'is not an account id of 12 digits, quoted')),
  webOrigin: z.optional(
    z.string().regex(/^https?:\/\/[^/*\s]+$/, 'is not an origin such as https://blog.example'),
  ),
  firebaseProject: z.string(),
  // The key is public: it only identifies the project.
  // https://firebase.google.com/docs/projects/api-keys
  firebaseApiKey: z.optional(
    z.string().regex(/^[\w-]+$/, "is not a Firebase project's web API key"),
  ),
  parameters: z.record(
    z.string(),
    z.union([
      z.number(),
      z.boolean(),
      z
        .string()
        .regex(/^[^\s"'\\]+$/, 'takes neither spaces nor quotes nor "\\", and must not be empty'),
    ]),
  ),
});

/** One environment: the content of its file, and the names derived from it. */
export interface Environment {
  readonly name: EnvironmentName;
  readonly region: string;
  /** The account that it must be deployed to, if the file names one. */
  readonly account: string | undefined;
  readonly stackPrefix: string;
  readonly stackName: string;
  /** The stack of the ECR repository. */
  readonly registryStackName: string;
  /**
   * All parameters of the template, also those with default values: for a parameter that SAM is not
   * given, it keeps the stack's current value.
   */
  readonly parameters: Readonly<Record<string, string>>;
  /** The web app's origin; `undefined` when it is CloudFront's own domain, which AWS chooses. */
  readonly webOrigin: string | undefined;
  /** The Firebase project for signing in. Without a key nobody can sign in at Firebase. */
  readonly firebase: { readonly projectId: string; readonly apiKey: string | undefined };
  /** Whether the stack accepts ID tokens that anybody can make; only in development. */
  readonly acceptsUnsignedTokens: boolean;
  /**
   * Whether its data must not be lost: then changes are confirmed, and the stack is protected
   * against deletion.
   */
  readonly isProtected: boolean;
}

/** Whether an environment has this name. */
export function isEnvironmentName(name: string): name is EnvironmentName {
  return (ENVIRONMENT_NAMES as readonly string[]).includes(name);
}

/**
 * Reads and checks the file of an environment.
 *
 * @param folder the folder of the files
 * @param template the template's parameters, with which the file's must agree
 * @throws DeployError that names the file and everything that is wrong in it
 */
export function loadEnvironment(
  name: EnvironmentName,
  folder: string,
  template: TemplateParameters,
): Environment {
  const file = join(folder, `${name}.yaml`);
  let content: unknown;
  try {
    content = parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new DeployError(`${file} cannot be read: ${(error as Error).message}`, { cause: error });
  }
  const result = fileSchema.safeParse(content);
  if (!result.success) {
    const faults = result.error.issues.map(
      ({ path, message }) => `${path.join('.') || 'the file'}: ${message}`,
    );
    throw faultsIn(file, faults);
  }
  const { region, stackPrefix, account, webOrigin, firebaseProject, firebaseApiKey, parameters } =
    result.data;
  const all: Readonly<Record<string, string | number | boolean>> = {
    Environment: name,
    ...(webOrigin !== undefined && { CorsOrigin: webOrigin }),
    FirebaseProjectId: firebaseProject,
    ...parameters,
  };
  const faults = Object.entries(all).flatMap(([parameter, value]) => {
    const fault = faultOfParameter(template, parameter, value);
    return fault === undefined ? [] : [`${fieldOf(parameter)}: ${fault}`];
  });
  for (const parameter of OWN_PARAMETERS) {
    if (parameter in parameters) {
      faults.push(`parameters.${parameter}: ${fieldOf(parameter)} sets it; remove it here`);
    }
  }
  if (name !== 'development') {
    for (const parameter of DEVELOPMENT_ONLY) {
      if (parameter in parameters) {
        faults.push(`parameters.${parameter}: only development may accept such ID tokens`);
      }
    }
    if (webOrigin?.startsWith('http://') === true) {
      faults.push('webOrigin: only development may use http');
    }
    if (firebaseProject.startsWith('demo-')) {
      faults.push('firebaseProject: "demo-" projects exist in the emulator only');
    }
  }
  if (webOrigin === undefined && 'WebCertificateArn' in parameters) {
    faults.push('webOrigin: is missing; the certificate is for its host');
  }
  if (faults.length > 0) throw faultsIn(file, faults);
  const stackName = `${stackPrefix}-${name}`;
  return {
    ...{ name, region, account, stackPrefix, stackName },
    registryStackName: `${stackName}-registry`,
    parameters: {
      ...defaultsOf(template),
      ...Object.fromEntries(
        Object.entries(all).map(([parameter, value]) => [parameter, String(value)]),
      ),
    },
    webOrigin,
    firebase: { projectId: firebaseProject, apiKey: firebaseApiKey },
    acceptsUnsignedTokens: 'FirebaseAuthEmulatorHost' in parameters,
    isProtected: name === 'production',
  };
}

/** The field of the file that sets a parameter of the template. */
function fieldOf(parameter: string): string {
  if (parameter === 'Environment') return "the file's name";
  if (parameter === 'CorsOrigin') return 'webOrigin';
  if (parameter === 'FirebaseProjectId') return 'firebaseProject';
  return `parameters.${parameter}`;
}

function faultsIn(file: string, faults: readonly string[]): DeployError {
  return new DeployError(
    [`${file} is not valid:`, ...faults.map((fault) => `  ${fault}`)].join('\n'),
  );
}
