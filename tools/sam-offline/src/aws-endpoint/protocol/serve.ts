import type { z } from 'zod';
import { newRequestId } from '../../ids/index.ts';
import type { AwsCall, AwsResponse } from '../call.ts';
import { errorResponse, xmlResponse } from '../errors.ts';
import { readInput } from './input.ts';
import { type Output, toCbor, toJson, toXml } from './output.ts';
import { ServiceError } from '../../service-error.ts';
import { SamOfflineError } from '../../sam-offline-error.ts';

/** An operation. A schema reads its input, and its output does not depend on the protocol. */
export interface Operation {
  readonly run: (input: unknown) => Promise<Output>;
}

export interface ServiceDefinition {
  /** The service's name in messages. */
  readonly name: string;
  /** The namespace of XML responses in the Query protocol. */
  readonly xmlNamespace?: string;
  readonly jsonVersion?: '1.0' | '1.1';
  /** The operations by their names. */
  readonly operations: Readonly<Record<string, Operation>>;
  /** The reasons why some operations are not emulated, by the operations' names. */
  readonly unsupported?: Readonly<Record<string, string>>;
  /** Makes the service's error for an input that does not match the schema. */
  readonly invalidInput: (problem: InputProblem) => ServiceError;
  /** Converts other errors to the service's errors. */
  readonly explain?: (error: unknown) => ServiceError | undefined;
}

export interface InputProblem {
  /** The path of the parameter: `MetricData.member.1.Value`. */
  readonly parameter: string;
  readonly isMissing: boolean;
  /** The rest of the sentence about the parameter: `is not a number`. */
  readonly message: string;
}

/** An input does not match its schema. */
class InvalidInputError extends SamOfflineError {
  override readonly name = 'InvalidInputError';
  readonly problem: InputProblem;

  constructor(problem: InputProblem) {
    super(`${problem.parameter} ${problem.message}`);
    this.problem = problem;
  }
}

/** Defines an operation by the schema of its input. */
export function operation<Schema extends z.ZodType>(
  schema: Schema,
  run: (input: z.output<Schema>) => Output | Promise<Output>,
): Operation {
  return {
    async run(input) {
      const read = schema.safeParse(input);
      if (read.success) return run(read.data);
      const [issue] = read.error.issues;
      const path = issue?.path ?? [];
      const parameter = path
        .map((step) => (typeof step === 'number' ? `member.${step + 1}` : String(step)))
        .join('.');
      const given = path.reduce<unknown>(
        (value, step) =>
          typeof value === 'object' && value !== null
            ? (value as Readonly<Record<PropertyKey, unknown>>)[step]
            : undefined,
        input,
      );
      throw new InvalidInputError({
        parameter,
        isMissing: given === undefined,
        message: issue?.message ?? 'is not valid',
      });
    },
  };
}

/** Runs the operation of a call, and responds in the call's protocol. */
export async function serve(
  definition: ServiceDefinition,
  call: AwsCall,
  name: string = call.operation,
): Promise<AwsResponse> {
  try {
    const found = Object.hasOwn(definition.operations, name)
      ? definition.operations[name]
      : undefined;
    if (found === undefined) throw notEmulated(definition, name);
    return outputResponse(definition, call, name, await found.run(readInput(call)));
  } catch (error) {
    const known =
      error instanceof InvalidInputError
        ? definition.invalidInput(error.problem)
        : error instanceof ServiceError
          ? error
          : definition.explain?.(error);
    if (known === undefined) throw error;
    return serviceErrorResponse(call, known);
  }
}

function notEmulated(
  { name, unsupported = {} }: ServiceDefinition,
  operationName: string,
): ServiceError {
  const reason = Object.hasOwn(unsupported, operationName) ? unsupported[operationName] : undefined;
  return new ServiceError(
    'NotImplementedException',
    `sam-offline does not emulate ${name}'s ${operationName}${reason === undefined ? '' : `: ${reason}`}`,
    { statusCode: 501 },
  );
}

function outputResponse(
  { xmlNamespace = '', jsonVersion = '1.1' }: ServiceDefinition,
  { protocol }: AwsCall,
  name: string,
  output: Output,
): AwsResponse {
  const requestId = newRequestId();
  if (protocol === 'query') {
    const members = toXml(output);
    return xmlResponse(
      200,
      `<${name}Response xmlns="${xmlNamespace}">` +
        (output === undefined ? '' : `<${name}Result>${members}</${name}Result>`) +
        `<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata></${name}Response>`,
      requestId,
    );
  }
  if (protocol === 'cbor') {
    return {
      statusCode: 200,
      headers: {
        'Content-Type': 'application/cbor',
        'smithy-protocol': 'rpc-v2-cbor',
        'x-amzn-RequestId': requestId,
      },
      body: Buffer.from(toCbor(output ?? {})),
    };
  }
  return {
    statusCode: 200,
    headers: {
      'Content-Type':
        protocol === 'json' ? `application/x-amz-json-${jsonVersion}` : 'application/json',
      'x-amzn-RequestId': requestId,
    },
    body: toJson(output ?? {}),
  };
}

function serviceErrorResponse(call: AwsCall, error: ServiceError): AwsResponse {
  const { code, queryCode, statusCode, message } = error;
  if (call.protocol === 'query') return errorResponse('query', statusCode, queryCode, message);
  const response = errorResponse(call.protocol, statusCode, code, message);
  // Clients that used the Query protocol before ask for its error codes.
  const isQueryAware = call.headers['x-amzn-query-mode'] === 'true';
  if (!isQueryAware || queryCode === code) return response;
  const fault = statusCode < 500 ? 'Sender' : 'Receiver';
  return {
    ...response,
    headers: { ...response.headers, 'x-amzn-query-error': `${queryCode};${fault}` },
  };
}
