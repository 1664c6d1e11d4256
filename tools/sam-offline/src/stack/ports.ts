import { UserError } from '../sam-offline-error.ts';

/** The one address that every endpoint listens on. */
export const LOOPBACK = '127.0.0.1';

/** Ports of the stack's endpoints; 0 lets the system choose. */
export interface Ports {
  readonly http: number;
  readonly webSocket: number;
  readonly aws: number;
  /** Absent if there is no console. */
  readonly console?: number;
}

/** Another program uses the port. The message names the option that chooses another port. */
export class PortTakenError extends UserError {
  override readonly name = 'PortTakenError';

  constructor(endpoint: string, port: number, option: string) {
    super(
      `the port of the ${endpoint}, ${port}, is taken by another program; ` +
        `stop that one, or choose another port with ${option} <port>`,
    );
  }
}

/**
 * Listens on a port, and turns the system's EADDRINUSE into an error that says what to do.
 * @throws PortTakenError
 */
export async function listening<T>(
  endpoint: string,
  port: number,
  option: string,
  listen: () => Promise<T>,
): Promise<T> {
  try {
    return await listen();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') {
      throw new PortTakenError(endpoint, port, option);
    }
    throw error;
  }
}
