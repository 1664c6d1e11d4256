export {
  FunctionConfigurationError,
  FunctionNotFoundError,
  InvalidParameterValueError,
  InvalidRequestContentError,
  LambdaServiceClosedError,
  RequestTooLargeError,
} from './errors.ts';
export { MAXIMUM_ASYNC_PAYLOAD_BYTES, MAXIMUM_PAYLOAD_BYTES } from './invocation.ts';
export { TooManyRequestsError } from './invoker.ts';
export type {
  InvocationResult,
  InvokeOptions,
  LambdaInvoker,
  OnResponseStream,
} from './invoker.ts';
export type { EnvironmentIdentity } from './execution-environment.ts';
export { createLambdaService } from './service.ts';
export type { CodeInUse, LambdaService, LambdaServiceOptions } from './service.ts';
export type { ReloadResult } from './function-pool.ts';
export type { DeadLetterAttributes } from './async-invocations.ts';
export { hasQualifier, LATEST, qualifierOf, versionOf } from './qualifiers.ts';
export { Fifo } from './fifo.ts';
