import type { Stack } from '../template/index.ts';
import { readJson, writeJson } from './json-file.ts';

export interface ParameterVersion {
  readonly name: string;
  readonly type: 'String' | 'StringList' | 'SecureString';
  readonly value: string;
  /** The version, from 1. */
  readonly version: number;
  /** ms since 1970 */
  readonly modifiedMs: number;
  readonly description?: string | undefined;
}

/** SSM's Parameter Store: the latest version of each parameter. */
export interface Parameters {
  get(name: string): ParameterVersion | undefined;
  all(): ParameterVersion[];
  put(parameter: Omit<ParameterVersion, 'version' | 'modifiedMs'>): ParameterVersion;
  /**
   * Deletes a parameter.
   *
   * @returns whether it existed
   */
  delete(name: string): boolean;
}

/**
 * Opens the parameters in a file. At each start, those of the template and of the file of values
 * get their values from there, as after a deployment.
 */
export function openParameters(
  file: string,
  stack: Pick<Stack, 'parameters' | 'values'>,
): Parameters {
  const parameters = new Map<string, ParameterVersion>();
  const stored = readJson(file);
  for (const parameter of Array.isArray(stored) ? (stored as ParameterVersion[]) : []) {
    parameters.set(parameter.name, parameter);
  }
  const self: Parameters = {
    get: (name) => parameters.get(name),
    all: () => [...parameters.values()].sort((a, b) => (a.name < b.name ? -1 : 1)),
    put(given) {
      const version = (parameters.get(given.name)?.version ?? 0) + 1;
      const parameter = { ...given, version, modifiedMs: Date.now() };
      parameters.set(given.name, parameter);
      writeJson(file, self.all());
      return parameter;
    },
    delete(name) {
      const existed = parameters.delete(name);
      if (existed) writeJson(file, self.all());
      return existed;
    },
  };
  const given = [
    ...Object.entries(stack.values.parameters).map(([name, value]) => ({
      ...{ name, value, type: 'String' as const },
    })),
    ...stack.parameters,
  ];
  for (const { name, type, value, ...more } of given) {
    if (parameters.get(name)?.value === value) continue;
    self.put({
      name,
      type,
      value,
      ...('description' in more && { description: more.description }),
    });
  }
  return self;
}
