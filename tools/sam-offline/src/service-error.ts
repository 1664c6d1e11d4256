import { SamOfflineError } from './sam-offline-error.ts';

/**
 * An error response of an AWS service. Whatever part of sam-offline finds the error, the caller
 * gets it unchanged.
 */
export class ServiceError extends SamOfflineError {
  override readonly name = 'ServiceError';
  /** The name of the error's shape: `InvalidParameterValueException`. */
  readonly code: string;
  readonly statusCode: number;
  /** The name in the Query protocol, if it differs: `InvalidParameterValue`. */
  readonly queryCode: string;

  constructor(
    code: string,
    message: string,
    { statusCode = 400, queryCode = code }: { statusCode?: number; queryCode?: string } = {},
  ) {
    super(message);
    this.code = code;
    this.statusCode = statusCode;
    this.queryCode = queryCode;
  }
}
