import { TraceFilterError } from '../../trace-filter/index.ts';
import type { AwsCall, AwsResponse } from '../call.ts';
import {
  type InputProblem,
  serve,
  type ServiceDefinition,
  ServiceError,
} from '../protocol/index.ts';
import { batchGetTraces, putTraceSegments } from './segments.ts';
import { getTraceSummaries } from './trace-summaries.ts';
import type { XRayTarget } from './target.ts';

/** The operations by the paths of X-Ray's REST API. Other paths are not emulated. */
const OPERATIONS: Readonly<Record<string, string>> = {
  '/TraceSummaries': 'GetTraceSummaries',
  '/Traces': 'BatchGetTraces',
  '/TraceSegments': 'PutTraceSegments',
  '/ServiceGraph': 'GetServiceGraph',
  '/TraceGraph': 'GetTraceGraph',
  '/GetSamplingRules': 'GetSamplingRules',
  '/SamplingTargets': 'GetSamplingTargets',
  '/TelemetryRecords': 'PutTelemetryRecords',
  '/Groups': 'GetGroups',
};

/** Gives the operation of an X-Ray call, by its path. */
export function xrayOperation({ path, operation }: AwsCall): string {
  return (Object.hasOwn(OPERATIONS, path) ? OPERATIONS[path] : undefined) ?? operation;
}

/** Makes X-Ray's API for the traces of the stack's run. */
export function createXRay(target: XRayTarget): (call: AwsCall) => Promise<AwsResponse> {
  const definition: ServiceDefinition = {
    name: 'X-Ray',
    operations: {
      BatchGetTraces: batchGetTraces(target),
      GetTraceSummaries: getTraceSummaries(target),
      PutTraceSegments: putTraceSegments(target),
    },
    invalidInput: ({ parameter, isMissing, message }: InputProblem) =>
      new ServiceError(
        'InvalidRequestException',
        isMissing ? `${parameter} is required.` : `${parameter} ${message}.`,
      ),
    explain: (error) =>
      error instanceof TraceFilterError
        ? new ServiceError('InvalidRequestException', `Invalid filter expression: ${error.message}`)
        : undefined,
  };
  return (call) => serve(definition, call, xrayOperation(call));
}
