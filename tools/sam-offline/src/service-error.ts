import { SamOfflineError } from './sam-offline-error.ts';

/** An error that a service of AWS responds with; whatever part of sam-offline finds it, its caller gets it as it is. */
export class ServiceError extends SamOfflineError {
  override readonly name = 'ServiceError';
  /** The name of the error's shape: `InvalidParameterValueException`. */
  readonly code: string;
  readonly statusCode: number;
  /** What the Query protocol calls it, where that differs: `InvalidParameterValue`. */
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
