import type { FactOf } from './belonging.ts';

/** A resource of the stack, with its name in the other facts and its name in the template. */
export interface StackResource {
  readonly kind:
    'function' | 'http-api' | 'rest-api' | 'websocket-api' | 'table' | 'queue' | 'bucket' | 'topic';
  readonly logicalId: string;
  /** The name of the function, table, queue, bucket or topic, or the id of the API. */
  readonly name: string;
  /** The display name of an API, which is CloudWatch's `ApiName` for REST APIs. */
  readonly apiName?: string | undefined;
  /**
   * The absolute path of the folder with a function's code. The function may run from a copy of it.
   */
  readonly codeDirectory?: string | undefined;
}

/** Facts about a run of the stack, from its start to its end. */
export type StackFact =
  | FactOf<
      'stack.started',
      {
        readonly stackName: string;
        readonly region: string;
        readonly accountId: string;
        /** The process id of sam-offline. */
        readonly pid: number;
        readonly resources: readonly StackResource[];
        /** Whether the fact is a repetition at the beginning of a further file of the same run. */
        readonly isRepeated?: boolean | undefined;
      }
    >
  /** Every endpoint responds. */
  | FactOf<
      'stack.ready',
      { readonly outputs: Readonly<Record<string, string>>; readonly outputsFile: string }
    >
  | FactOf<'stack.stopped'>
  /** Changed code is in use. */
  | FactOf<
      'code.reloaded',
      {
        /** Logical ids. */
        readonly functions: readonly string[];
        /** Logical ids of those functions whose earlier code did not start. */
        readonly startAgain: readonly string[];
      }
    >
  | FactOf<
      'warning',
      {
        readonly level: 'info' | 'warn' | 'error';
        /** Complete sentences that say what was found, where, and what to do. */
        readonly message: string;
      }
    >;
