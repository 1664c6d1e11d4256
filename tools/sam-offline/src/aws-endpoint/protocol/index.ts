export type { Output } from './output.ts';
export { pageToken, readPageToken } from './page-token.ts';
export { booleanScalar, integerScalar, numberScalar, timeScalar } from './scalars.ts';
export { type InputProblem, operation, serve, type ServiceDefinition } from './serve.ts';
export { ServiceError } from '../../service-error.ts';
