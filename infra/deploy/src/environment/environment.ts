import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { DeployError } from '../errors.ts';
import { defaultsOf, faultOfParameter, type TemplateParameters } from './template-parameters.ts';

export const ENVIRONMENT_NAMES = ['development', 'staging', 'production'] as const;

export type EnvironmentName = (typeof ENVIRONMENT_NAMES)[number];

/** Parameters of the template that fields of the file give. */
const OWN_PARAMETERS = ['Environment', 'CorsOrigin', 'FirebaseProjectId'];
/** Parameters that make a stack trust ID tokens which anybody can make. */
const DEVELOPMENT_ONLY = ['FirebaseAuthEmulatorHost', 'FirebaseJwksUri'];

const fileSchema = z.strictObject({
  region: z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'is not a region such as ap-northeast-1'),
  // The longest name of a resource, with the longest environment, has to fit into 64 characters.
  stackPrefix: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,19}$/, 'takes up to 20 of a-z, 0-9 and "-", a letter first'),
  account: z.optional(z.string().regex(/^\d{12}$/, 'is not an account id of 12 digits, quoted')),
  webOrigin: z.optional(
    z.string().regex(/^https?:\/\/[^/*\s]+$/, 'is not an origin such as https://blog.example'),
  ),
  firebaseProject: z.string(),
  // It is public: it only names the project. https://firebase.google.com/docs/projects/api-keys
  firebaseApiKey: z.optional(
    z.string().regex(/^[\w-]+$/, "is not a Firebase project's web API key"),
  ),
  parameters: z.record(
    z.string(),
    z.union([
      z.number(),
      z.boolean(),
      z.string().regex(/^[^\s"'\\]+$/, 'takes neither spaces nor quotes nor "\\", and not nothing'),
    ]),
  ),
});

/** One environment: what its file says, and the names that follow from it. */
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
   * All parameters of the template, those that the file leaves to their defaults too: SAM keeps the value
   * that a stack has for a parameter which it is not given.
   */
  readonly parameters: Readonly<Record<string, string>>;
  /** The web app's origin; `undefined` where that is CloudFront's own domain, which AWS chooses. */
  readonly webOrigin: string | undefined;
  /** What browsers sign in with; without a key nobody can at Firebase. */
  readonly firebase: { readonly projectId: string; readonly apiKey: string | undefined };
  /** Development only: the stack takes ID tokens that anybody can make. */
  readonly acceptsUnsignedTokens: boolean;
  /** Its data must not be lost: it is confirmed, and protected against deletion. */
  readonly isProtected: boolean;
}

export function isEnvironmentName(name: string): name is EnvironmentName {
  return (ENVIRONMENT_NAMES as readonly string[]).includes(name);
}

/**
 * Reads and checks the file of an environment.
 *
 * @param folder where the files are
 * @param template the template's parameters, which the file's have to suit
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
      faults.push(`parameters.${parameter}: ${fieldOf(parameter)} gives it; remove it here`);
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

/** The field of the file that gives a parameter of the template. */
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
