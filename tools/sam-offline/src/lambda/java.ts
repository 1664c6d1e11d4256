import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { LambdaFunction } from '../template/index.ts';
import type { StagedCode } from './code/index.ts';
import { FunctionConfigurationError } from './errors.ts';
import { findOnPath } from './find-on-path.ts';

/** The main class of AWS's Java runtime: https://github.com/aws/aws-lambda-java-libs */
const MAIN_CLASS = 'com.amazonaws.services.lambda.runtime.api.client.AWSLambda';
const CLIENT = 'aws-lambda-java-runtime-interface-client';
/** The client and its dependencies, by their names in Maven's repository. */
const CLIENT_JARS = [CLIENT, 'aws-lambda-java-core', 'aws-lambda-java-serialization'];

/**
 * Finds the program and the class path of a Java function: `java` from the PATH, and AWS's runtime
 * interface client from the function's own libraries or from Maven's local repository.
 *
 * @param repository Maven's local repository
 * @throws FunctionConfigurationError if the code, `java` or the client is missing
 */
export function javaRuntime(
  fn: LambdaFunction,
  code: StagedCode,
  repository = join(homedir(), '.m2', 'repository'),
): { command: string; args: string[]; runtimeVersion: string } {
  const fail = (reason: FunctionConfigurationError['reason'], message: string): never => {
    throw new FunctionConfigurationError(fn.logicalId, reason, message);
  };
  const libraries = jarsIn(join(code.taskRoot, 'lib'));
  const [className = ''] = code.handler.split('::');
  const classFile = `${className.replaceAll('.', '/')}.class`;
  if (libraries.length === 0 && !existsSync(join(code.taskRoot, classFile))) {
    fail(
      'missing-code',
      `its handler is ${code.handler}, and there is no ${classFile} and no lib folder with jars in ${code.taskRoot}; is it built?`,
    );
  }
  const command =
    findOnPath('java') ??
    fail('unsupported', `its runtime ${code.runtime} needs java, which is not on the PATH`);
  const hasClient = libraries.some((file) => file.includes(CLIENT));
  const client = hasClient ? [] : CLIENT_JARS.map((name) => newestJar(repository, name));
  if (!client.every((file) => file !== undefined)) {
    return fail(
      'unsupported',
      `its runtime ${code.runtime} needs AWS's runtime interface client; ` +
        `mvn dependency:get -Dartifact=com.amazonaws:${CLIENT}:2.6.0 puts it into ${repository}`,
    );
  }
  // AWS documents this order: https://docs.aws.amazon.com/lambda/latest/dg/java-package.html
  const layers =
    code.optDirectory === undefined ? [] : jarsIn(join(code.optDirectory, 'java', 'lib'));
  const classPath = [...client, code.taskRoot, ...libraries, ...layers].join(delimiter);
  return {
    command,
    // The rest of the memory is for data outside of the heap.
    args: [`-Xmx${Math.floor(fn.memorySizeMb * 0.8)}m`, '-cp', classPath, MAIN_CLASS, code.handler],
    runtimeVersion: code.runtime.replace(/^java/, 'java:'),
  };
}

/** Lists the jar files of a folder in the order of their names, in which AWS loads them. */
function jarsIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith('.jar'))
    .sort()
    .map((name) => join(folder, name));
}

function newestJar(repository: string, name: string): string | undefined {
  const folder = join(repository, 'com', 'amazonaws', name);
  if (!existsSync(folder)) return undefined;
  return readdirSync(folder)
    .sort((one, other) => other.localeCompare(one, 'en', { numeric: true }))
    .map((version) => join(folder, version, `${name}-${version}.jar`))
    .find((file) => existsSync(file));
}
