export { bodyOf, countFaults, invalidParts, malformedQuery, unknownParameters } from './faults.ts';
export { parseJsonBody, type JsonBody, type JsonBodyOptions, type RawBody } from './json-body.ts';
export {
  PROBLEM_MEDIA_TYPE,
  ProblemError,
  problemDocument,
  type ProblemOptions,
} from './problem.ts';
export {
  failureResponse,
  problemResponse,
  SECURITY_HEADERS,
  type ProblemResponse,
} from './response.ts';
