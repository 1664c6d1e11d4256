import { SamOfflineError } from '../sam-offline-error.ts';

/** A JSONPath expression is not supported or not valid. */
export class JsonPathError extends SamOfflineError {
  override readonly name = 'JsonPathError';
}
