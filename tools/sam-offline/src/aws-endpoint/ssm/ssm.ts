import { z } from 'zod';
import type { ParameterVersion, Parameters } from '../../stored-values/index.ts';
import type { AwsCall, AwsResponse } from '../call.ts';
import {
  operation,
  pageToken,
  readPageToken,
  serve,
  ServiceError,
  type ServiceDefinition,
} from '../protocol/index.ts';

export interface SsmTarget {
  readonly parameters: Parameters;
  readonly region: string;
  readonly accountId: string;
}

/**
 * The maximum length of a standard parameter's value, in characters
 * (https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html).
 */
const STANDARD_CHARACTERS = 4096;
const ADVANCED_CHARACTERS = 8192;

/** Makes the API of Systems Manager's Parameter Store. */
export function createSsm(target: SsmTarget): (call: AwsCall) => Promise<AwsResponse> {
  const { parameters, region, accountId } = target;
  const arnOf = (name: string): string =>
    `arn:aws:ssm:${region}:${accountId}:parameter/${name.replace(/^\//, '')}`;

  /** Finds a parameter by its name or ARN, which may be followed by a version or label. */
  const find = (given: string): ParameterVersion | undefined => {
    const [, inArn] = /^arn:[^:]+:ssm:[^:]*:\d*:parameter(\/.+)$/.exec(given) ?? [];
    const text = inArn ?? given;
    const [, name = text, version] = /^(.*):(\d+)$/.exec(text) ?? [];
    // The ARN of a name without a leading slash contains a slash too.
    const parameter =
      parameters.get(name) ?? (inArn === undefined ? undefined : parameters.get(name.slice(1)));
    const isMeant = version === undefined || Number(version) === parameter?.version;
    return isMeant ? parameter : undefined;
  };
  const output = (parameter: ParameterVersion, withDecryption: boolean) => ({
    Name: parameter.name,
    Type: parameter.type,
    Value:
      parameter.type === 'SecureString' && !withDecryption
        ? Buffer.from(`encrypted:${parameter.name}`).toString('base64')
        : parameter.value,
    Version: parameter.version,
    LastModifiedDate: new Date(parameter.modifiedMs),
    ARN: arnOf(parameter.name),
    DataType: 'text',
  });

  const definition: ServiceDefinition = {
    name: 'Systems Manager',
    jsonVersion: '1.1',
    operations: {
      GetParameter: operation(
        z.object({ Name: z.string(), WithDecryption: z.boolean().default(false) }),
        ({ Name: name, WithDecryption: decrypts }) => ({
          Parameter: output(find(name) ?? notFound(name), decrypts),
        }),
      ),
      GetParameters: operation(
        z.object({
          Names: z.array(z.string()).min(1, 'is empty').max(10, 'has more than 10 names'),
          WithDecryption: z.boolean().default(false),
        }),
        ({ Names: names, WithDecryption: decrypts }) => ({
          Parameters: names.flatMap((name) => {
            const parameter = find(name);
            return parameter === undefined ? [] : [output(parameter, decrypts)];
          }),
          InvalidParameters: names.filter((name) => find(name) === undefined),
        }),
      ),
      GetParametersByPath: operation(
        z.object({
          Path: z.string().startsWith('/', 'does not start with a slash'),
          Recursive: z.boolean().default(false),
          WithDecryption: z.boolean().default(false),
          MaxResults: z.number().int().min(1).max(10).default(10),
          NextToken: z.string().optional(),
        }),
        ({ Path: path, Recursive: isRecursive, MaxResults: size, NextToken: token, ...rest }) => {
          const prefix = path.endsWith('/') ? path : `${path}/`;
          const all = parameters
            .all()
            .filter(
              ({ name }) =>
                name.startsWith(prefix) &&
                (isRecursive || !name.slice(prefix.length).includes('/')),
            );
          const page = pageOf(all, size, token, [path, isRecursive]);
          return {
            Parameters: page.items.map((parameter) => output(parameter, rest.WithDecryption)),
            NextToken: page.next,
          };
        },
      ),
      DescribeParameters: operation(
        z.object({
          ParameterFilters: z
            .array(
              z.object({
                Key: z.string(),
                Option: z.string().optional(),
                Values: z.array(z.string()).optional(),
              }),
            )
            .optional(),
          MaxResults: z.number().int().min(1).max(50).default(50),
          NextToken: z.string().optional(),
        }),
        ({ ParameterFilters: filters = [], MaxResults: size, NextToken: token }) => {
          const all = parameters.all().filter((parameter) =>
            filters.every(({ Key: key, Option: option, Values: values = [] }) => {
              const value = key === 'Type' ? parameter.type : parameter.name;
              return values.some((wanted) =>
                option === 'BeginsWith' || key === 'Path'
                  ? value.startsWith(wanted)
                  : option === 'Contains'
                    ? value.includes(wanted)
                    : value === wanted,
              );
            }),
          );
          const page = pageOf(all, size, token, filters);
          return {
            Parameters: page.items.map(({ name, type, version, modifiedMs, description }) => ({
              ...{ Name: name, Type: type, Version: version, Description: description },
              ...{ LastModifiedDate: new Date(modifiedMs), ARN: arnOf(name), Tier: 'Standard' },
            })),
            NextToken: page.next,
          };
        },
      ),
      PutParameter: operation(
        z.object({
          Name: z.string().min(1).max(2048),
          Value: z.string().min(1, 'is empty'),
          Type: z.enum(['String', 'StringList', 'SecureString']).optional(),
          Overwrite: z.boolean().default(false),
          Description: z.string().optional(),
          Tier: z.string().optional(),
        }),
        ({ Name: name, Value: value, Type: type, Overwrite: overwrites, ...rest }) => {
          const existing = parameters.get(name);
          if (existing !== undefined && !overwrites) {
            throw new ServiceError(
              'ParameterAlreadyExists',
              'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.',
            );
          }
          if (existing === undefined && type === undefined) {
            throw new ServiceError(
              'ValidationException',
              'A parameter type is required when you create a parameter.',
            );
          }
          const most = rest.Tier === 'Advanced' ? ADVANCED_CHARACTERS : STANDARD_CHARACTERS;
          if (Buffer.byteLength(value) > most) {
            throw new ServiceError(
              'ValidationException',
              `Standard tier parameters support a maximum parameter value of ${most} characters.`,
            );
          }
          const made = parameters.put({
            ...{ name, value, type: type ?? existing?.type ?? 'String' },
            description: rest.Description ?? existing?.description,
          });
          return { Version: made.version, Tier: rest.Tier ?? 'Standard' };
        },
      ),
      DeleteParameter: operation(z.object({ Name: z.string() }), ({ Name: name }) => {
        if (!parameters.delete(name)) notFound(name);
        return {};
      }),
      DeleteParameters: operation(z.object({ Names: z.array(z.string()) }), ({ Names: names }) => {
        const deleted = names.filter((name) => parameters.delete(name));
        return {
          DeletedParameters: deleted,
          InvalidParameters: names.filter((name) => !deleted.includes(name)),
        };
      }),
    },
    invalidInput: ({ parameter, message }) =>
      new ServiceError('ValidationException', `${parameter} ${message}`),
  };
  return (call) => serve(definition, call);
}

function notFound(name: string): never {
  // AWS's message is empty. Here it contains the name, to help the developer.
  throw new ServiceError('ParameterNotFound', `Parameter ${name} not found.`);
}

function pageOf<T>(
  all: readonly T[],
  size: number,
  token: string | undefined,
  request: unknown,
): { readonly items: readonly T[]; readonly next: string | undefined } {
  const start = token === undefined ? 0 : readPageToken(token, request);
  if (typeof start !== 'number') {
    throw new ServiceError('InvalidNextToken', 'The specified token is not valid.');
  }
  const end = start + size;
  return {
    items: all.slice(start, end),
    next: end < all.length ? pageToken(end, request) : undefined,
  };
}
