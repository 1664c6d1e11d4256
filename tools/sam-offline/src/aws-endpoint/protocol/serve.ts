import type { z } from 'zod';
import { newRequestId } from '../../ids/index.ts';
import type { AwsCall, AwsResponse } from '../call.ts';
import { errorResponse, xmlResponse } from '../errors.ts';
import { readInput } from './input.ts';
import { type Output, toCbor, toJson, toXml } from './output.ts';
import { ServiceError } from '../../service-error.ts';
import { SamOfflineError } from '../../sam-offline-error.ts';

/** One operation: its input read by a schema, its output in no protocol's form yet. */
export interface Operation {
  readonly run: (input: unknown) => Promise<Output>;
}

export interface ServiceDefinition {
  /** For messages. */
  readonly name: string;
  /** The namespace of the XML responses of the Query protocol. */
  readonly xmlNamespace?: string;
  readonly jsonVersion?: '1.0' | '1.1';
  /** By their names. */
  readonly operations: Readonly<Record<string, Operation>>;
  /** Operations that clients ask for and that are not emulated, with the reason. */
  readonly unsupported?: Readonly<Record<string, string>>;
  /** The service's own error for an input that its schema does not admit. */
  readonly invalidInput: (problem: InputProblem) => ServiceError;
  /** Turns errors of the parts that do the work into the service's own. */
  readonly explain?: (error: unknown) => ServiceError | undefined;
}

export interface InputProblem {
  /** `MetricData.member.1.Value` */
  readonly parameter: string;
  readonly isMissing: boolean;
  /** `is not a number` */
  readonly message: string;
}

/** An input that a schema does not admit. */
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

/** Runs the operation that a call names, and responds in the call's protocol. */
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
  // Clients that knew the Query protocol ask for the names that errors had in it.
  const isQueryAware = call.headers['x-amzn-query-mode'] === 'true';
  if (!isQueryAware || queryCode === code) return response;
  const fault = statusCode < 500 ? 'Sender' : 'Receiver';
  return {
    ...response,
    headers: { ...response.headers, 'x-amzn-query-error': `${queryCode};${fault}` },
  };
}
