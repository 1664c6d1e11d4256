import type { FactOf } from './belonging.ts';

/** A resource of the stack: what the other facts call it, and what the template calls it. */
export interface StackResource {
  readonly kind:
    'function' | 'http-api' | 'rest-api' | 'websocket-api' | 'table' | 'queue' | 'bucket' | 'topic';
  readonly logicalId: string;
  /** Function, table, queue, bucket or topic name; the id of an API. */
  readonly name: string;
  /** The display name of an API: CloudWatch's `ApiName` of REST APIs. */
  readonly apiName?: string | undefined;
  /** Folder of a function's code, absolute. What runs may be a copy of it. */
  readonly codeDirectory?: string | undefined;
}

/** A run of the stack, from its start to its end. */
export type StackFact =
  | FactOf<
      'stack.started',
      {
        readonly stackName: string;
        readonly region: string;
        readonly accountId: string;
        /** Process id of sam-offline. */
        readonly pid: number;
        readonly resources: readonly StackResource[];
        /** It stands at the beginning of a further file of the same run. */
        readonly isRepeated?: boolean | undefined;
      }
    >
  /** Every endpoint responds. */
  | FactOf<
      'stack.ready',
      { readonly outputs: Readonly<Record<string, string>>; readonly outputsFile: string }
    >
  | FactOf<'stack.stopped'>
  /** Changed code serves. */
  | FactOf<
      'code.reloaded',
      {
        /** Logical ids. */
        readonly functions: readonly string[];
        /** Those of them whose code before did not start. */
        readonly startAgain: readonly string[];
      }
    >
  | FactOf<
      'warning',
      {
        readonly level: 'info' | 'warn' | 'error';
        /** A complete sentence: what was found, where, and what to do. */
        readonly message: string;
      }
    >;
