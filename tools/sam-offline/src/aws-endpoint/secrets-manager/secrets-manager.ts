import { z } from 'zod';
import {
  randomPassword,
  type Secrets,
  type SecretVersion,
  type StoredSecret,
} from '../../stored-values/index.ts';
import type { AwsCall, AwsResponse } from '../call.ts';
import { operation, serve, ServiceError, type ServiceDefinition } from '../protocol/index.ts';

const DAY_MS = 86_400_000;
/**
 * The default recovery window, in days. "default 30":
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DeleteSecret.html
 */
const RECOVERY_DAYS = 30;
/**
 * The maximum size of a secret value, in bytes
 * (https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html).
 */
const MAXIMUM_BYTES = 65_536;

const value = {
  SecretString: z.string().max(MAXIMUM_BYTES, 'is longer than 65536 bytes').optional(),
  SecretBinary: z.string().optional(),
  ClientRequestToken: z.string().optional(),
};
const ofSecret = { SecretId: z.string().min(1, 'is empty') };

/** Makes Secrets Manager's API for the secrets of a stack. */
export function createSecretsManager(secrets: Secrets): (call: AwsCall) => Promise<AwsResponse> {
  const find = (secretId: string): StoredSecret => {
    const secret = secrets.find(secretId);
    if (secret !== undefined) return secret;
    throw new ServiceError(
      'ResourceNotFoundException',
      "Secrets Manager can't find the specified secret.",
    );
  };
  const usable = (secretId: string): StoredSecret => {
    const secret = find(secretId);
    if (secret.deletedMs === undefined) return secret;
    throw new ServiceError(
      'InvalidRequestException',
      "You can't perform this operation on the secret because it was marked for deletion.",
    );
  };
  const valueOutput = ({ name, arn }: StoredSecret, version: SecretVersion) => ({
    ...{ ARN: arn, Name: name, VersionId: version.versionId, SecretString: version.text },
    ...{ SecretBinary: version.binary, VersionStages: version.stages },
    CreatedDate: new Date(version.createdMs),
  });

  const definition: ServiceDefinition = {
    name: 'Secrets Manager',
    jsonVersion: '1.1',
    operations: {
      GetSecretValue: operation(
        z.object({
          ...ofSecret,
          VersionId: z.string().optional(),
          VersionStage: z.string().optional(),
        }),
        ({ SecretId: id, VersionId: versionId, VersionStage: stage }) => {
          const secret = usable(id);
          return valueOutput(secret, versionOf(secret, versionId, stage));
        },
      ),
      BatchGetSecretValue: operation(
        z.object({ SecretIdList: z.array(z.string()).max(20, 'has more than 20 secrets') }),
        ({ SecretIdList: ids }) => {
          const found = ids.flatMap((id) => secrets.find(id) ?? []);
          return {
            SecretValues: found.map((secret) => valueOutput(secret, versionOf(secret))),
            Errors: ids
              .filter((id) => secrets.find(id) === undefined)
              .map((id) => ({
                SecretId: id,
                ErrorCode: 'ResourceNotFoundException',
                Message: "Secrets Manager can't find the specified secret.",
              })),
          };
        },
      ),
      DescribeSecret: operation(z.object(ofSecret), ({ SecretId: id }) => describe(find(id))),
      ListSecrets: operation(z.looseObject({}), () => ({
        SecretList: secrets
          .all()
          .filter(({ deletedMs }) => deletedMs === undefined)
          .map(describe),
      })),
      CreateSecret: operation(
        z.object({ Name: z.string().min(1), Description: z.string().optional(), ...value }),
        ({ Name: name, Description: description, ...given }) => {
          if (secrets.find(name) !== undefined) {
            throw new ServiceError(
              'ResourceExistsException',
              `The operation failed because the secret ${name} already exists.`,
            );
          }
          const secret = {
            name,
            arn: secrets.arnOf(name),
            description,
            createdMs: Date.now(),
            versions: [],
          };
          if (given.SecretString === undefined && given.SecretBinary === undefined) {
            secrets.save(secret);
            return { ARN: secret.arn, Name: name };
          }
          const { versionId } = put(secrets, secret, given);
          return { ARN: secret.arn, Name: name, VersionId: versionId };
        },
      ),
      PutSecretValue: operation(
        z.object({ ...ofSecret, ...value, VersionStages: z.array(z.string()).optional() }),
        ({ SecretId: id, VersionStages: stages, ...given }) => {
          const secret = usable(id);
          const version = put(secrets, secret, given, stages);
          return {
            ...{ ARN: secret.arn, Name: secret.name, VersionId: version.versionId },
            VersionStages: version.stages,
          };
        },
      ),
      UpdateSecret: operation(
        z.object({ ...ofSecret, ...value, Description: z.string().optional() }),
        ({ SecretId: id, Description: description, ...given }) => {
          const secret = { ...usable(id), ...(description !== undefined && { description }) };
          secrets.save(secret);
          const hasValue = given.SecretString !== undefined || given.SecretBinary !== undefined;
          const versionId = hasValue ? put(secrets, secret, given).versionId : undefined;
          return { ARN: secret.arn, Name: secret.name, VersionId: versionId };
        },
      ),
      UpdateSecretVersionStage: operation(
        z.object({
          ...ofSecret,
          VersionStage: z.string(),
          MoveToVersionId: z.string().optional(),
          RemoveFromVersionId: z.string().optional(),
        }),
        ({ SecretId: id, VersionStage: stage, MoveToVersionId: to }) => {
          const secret = usable(id);
          const target = secret.versions.find(({ versionId }) => versionId === to);
          if (target !== undefined) {
            const stages = [...new Set([...target.stages, stage])];
            secrets.putValue(secret, target, target.versionId, stages);
          }
          return { ARN: secret.arn, Name: secret.name };
        },
      ),
      DeleteSecret: operation(
        z.object({
          ...ofSecret,
          RecoveryWindowInDays: z.number().optional(),
          ForceDeleteWithoutRecovery: z.boolean().optional(),
        }),
        ({
          SecretId: id,
          RecoveryWindowInDays: days = RECOVERY_DAYS,
          ForceDeleteWithoutRecovery: isForced,
        }) => {
          const secret = find(id);
          const deletedMs = Date.now() + (isForced === true ? 0 : days * DAY_MS);
          if (isForced === true) secrets.remove(secret.name);
          else secrets.save({ ...secret, deletedMs });
          return { ARN: secret.arn, Name: secret.name, DeletionDate: new Date(deletedMs) };
        },
      ),
      RestoreSecret: operation(z.object(ofSecret), ({ SecretId: id }) => {
        const secret = find(id);
        secrets.save({ ...secret, deletedMs: undefined });
        return { ARN: secret.arn, Name: secret.name };
      }),
      ListSecretVersionIds: operation(z.object(ofSecret), ({ SecretId: id }) => {
        const secret = find(id);
        return {
          ...{ ARN: secret.arn, Name: secret.name },
          Versions: secret.versions.map(({ versionId, stages, createdMs }) => ({
            ...{ VersionId: versionId, VersionStages: stages, CreatedDate: new Date(createdMs) },
          })),
        };
      }),
      GetRandomPassword: operation(
        z.object({
          PasswordLength: z.number().int().min(1).max(4096).default(32),
          ExcludeCharacters: z.string().default(''),
          ExcludeLowercase: z.boolean().default(false),
          ExcludeNumbers: z.boolean().default(false),
          ExcludePunctuation: z.boolean().default(false),
          ExcludeUppercase: z.boolean().default(false),
          IncludeSpace: z.boolean().default(false),
          RequireEachIncludedType: z.boolean().default(true),
        }),
        (input) => ({
          RandomPassword: randomPassword({
            length: input.PasswordLength,
            excludeCharacters: input.ExcludeCharacters,
            excludeLowercase: input.ExcludeLowercase,
            excludeNumbers: input.ExcludeNumbers,
            excludePunctuation: input.ExcludePunctuation,
            excludeUppercase: input.ExcludeUppercase,
            includeSpace: input.IncludeSpace,
            requireEachIncludedType: input.RequireEachIncludedType,
          }),
        }),
      ),
    },
    unsupported: {
      RotateSecret: 'sam-offline does not rotate secrets; invoke the rotation function yourself',
    },
    invalidInput: ({ parameter, message }) =>
      new ServiceError('ValidationException', `${parameter} ${message}`),
  };
  return (call) => serve(definition, call);
}

function put(
  secrets: Secrets,
  secret: StoredSecret,
  given: {
    readonly SecretString?: string | undefined;
    readonly SecretBinary?: string | undefined;
    readonly ClientRequestToken?: string | undefined;
  },
  stages?: readonly string[],
): SecretVersion {
  return secrets.putValue(
    secret,
    { text: given.SecretString, binary: given.SecretBinary },
    given.ClientRequestToken,
    stages,
  );
}

function versionOf(secret: StoredSecret, versionId?: string, stage = 'AWSCURRENT'): SecretVersion {
  const version = secret.versions.find((one) =>
    versionId === undefined ? one.stages.includes(stage) : one.versionId === versionId,
  );
  if (version !== undefined) return version;
  throw new ServiceError(
    'ResourceNotFoundException',
    `Secrets Manager can't find the specified secret value for ${versionId === undefined ? `staging label: ${stage}` : `VersionId: ${versionId}`}`,
  );
}

function describe({ name, arn, description, createdMs, deletedMs, versions }: StoredSecret) {
  return {
    ...{ ARN: arn, Name: name, Description: description, CreatedDate: new Date(createdMs) },
    DeletedDate: deletedMs === undefined ? undefined : new Date(deletedMs),
    VersionIdsToStages: new Map(versions.map(({ versionId, stages }) => [versionId, stages])),
  };
}
