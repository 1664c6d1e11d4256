import { newRequestId } from '../ids/index.ts';
import { type Secret, secretArn, type Stack } from '../template/index.ts';
import { readJson, writeJson } from './json-file.ts';
import { randomPassword } from './random-password.ts';

export interface SecretVersion {
  readonly versionId: string;
  readonly text?: string | undefined;
  /** The value in base64. */
  readonly binary?: string | undefined;
  /** ms since 1970 */
  readonly createdMs: number;
  /** `AWSCURRENT`, `AWSPREVIOUS` … */
  readonly stages: readonly string[];
}

export interface StoredSecret {
  readonly name: string;
  readonly arn: string;
  readonly description?: string | undefined;
  readonly createdMs: number;
  /** The time at which the secret will be deleted, in ms since 1970. */
  readonly deletedMs?: number | undefined;
  readonly versions: readonly SecretVersion[];
}

/** The secrets of Secrets Manager. */
export interface Secrets {
  /** Finds a secret by its name, its ARN, or its ARN without the last characters. */
  find(secretId: string): StoredSecret | undefined;
  all(): StoredSecret[];
  /** The ARN of the secret with this name, whether it exists or not. */
  arnOf(secretId: string): string;
  save(secret: StoredSecret): void;
  /** Adds a version, which becomes the current one. */
  putValue(
    secret: StoredSecret,
    value: Pick<SecretVersion, 'text' | 'binary'>,
    versionId?: string,
    stages?: readonly string[],
  ): SecretVersion;
  remove(name: string): void;
}

/**
 * Opens the secrets in a file, which only the current user may read. A secret of the template gets
 * its value at the first start. Changes to it stay, as on AWS.
 */
export function openSecrets(
  file: string,
  stack: Pick<Stack, 'region' | 'accountId' | 'secrets' | 'values'>,
): Secrets {
  const secrets = new Map<string, StoredSecret>();
  const stored = readJson(file);
  for (const secret of Array.isArray(stored) ? (stored as StoredSecret[]) : []) {
    secrets.set(secret.name, secret);
  }
  const self: Secrets = {
    find(secretId) {
      if (!secretId.startsWith('arn:')) return secrets.get(secretId);
      return [...secrets.values()].find(
        ({ arn }) => arn === secretId || arn.slice(0, -'-xxxxxx'.length) === secretId,
      );
    },
    all: () => [...secrets.values()],
    arnOf(secretId) {
      if (secretId.startsWith('arn:')) return self.find(secretId)?.arn ?? secretId;
      return secrets.get(secretId)?.arn ?? secretArn(stack, secretId);
    },
    save(secret) {
      secrets.set(secret.name, secret);
      writeJson(file, [...secrets.values()]);
    },
    putValue(secret, value, versionId = newRequestId(), stages = ['AWSCURRENT']) {
      const version = { ...value, versionId, createdMs: Date.now(), stages };
      const others = secret.versions
        .filter((other) => other.versionId !== versionId)
        .map((other) => ({ ...other, stages: stagesAfter(other.stages, stages) }))
        // Versions without a stage are deprecated, and Secrets Manager deletes them.
        .filter((other) => other.stages.length > 0);
      self.save({ ...secret, versions: [...others, version] });
      return version;
    },
    remove(name) {
      secrets.delete(name);
      writeJson(file, [...secrets.values()]);
    },
  };
  for (const secret of stack.secrets) {
    if (secrets.has(secret.name)) continue;
    const { name, arn, description } = secret;
    self.putValue(
      { name, arn, description, createdMs: Date.now(), versions: [] },
      { text: valueOf(secret) },
    );
  }
  for (const [name, text] of Object.entries(stack.values.secrets)) {
    const existing = self.find(name);
    const current = existing?.versions.find(({ stages }) => stages.includes('AWSCURRENT'));
    if (current?.text === text) continue;
    const made = { name, arn: self.arnOf(name), createdMs: Date.now(), versions: [] };
    self.putValue(existing ?? made, { text });
  }
  return self;
}

/**
 * The stages that a version keeps when another version gets some. The version that was current
 * becomes the previous one.
 */
function stagesAfter(stages: readonly string[], taken: readonly string[]): string[] {
  const left = stages.filter((stage) => !taken.includes(stage) && stage !== 'AWSPREVIOUS');
  const wasCurrent = stages.includes('AWSCURRENT') && taken.includes('AWSCURRENT');
  const staysPrevious = stages.includes('AWSPREVIOUS') && !taken.includes('AWSCURRENT');
  return wasCurrent || staysPrevious ? [...left, 'AWSPREVIOUS'] : left;
}

function valueOf({ value, generate }: Secret): string {
  if (generate === undefined) return value ?? '';
  const password = randomPassword(generate) ?? '';
  if (generate.template === undefined || generate.key === undefined) return password;
  const template = JSON.parse(generate.template) as Record<string, unknown>;
  return JSON.stringify({ ...template, [generate.key]: password });
}
