import type { FactOf } from './belonging.ts';

/** A resource of the stack: what the other facts call it, and what the template calls it. */
export interface StackResource {
  readonly kind: 'function' | 'http-api' | 'rest-api' | 'websocket-api' | 'table' | 'queue';
  readonly logicalId: string;
  /** Function, table or queue name; the id of an API. */
  readonly name: string;
  /** The display name of an API: CloudWatch's `ApiName` of REST APIs. */
  readonly apiName?: string | undefined;
  /** Folder of a function's code as it runs, absolute: its source maps are there. */
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
  | FactOf<'stack.ready', { readonly outputs: Readonly<Record<string, string>> }>
  | FactOf<'stack.stopped', { readonly reason: string }>
  | FactOf<'code.reloaded', { readonly functionNames: readonly string[] }>
  | FactOf<
      'warning',
      {
        readonly level: 'info' | 'warn' | 'error';
        /** A whole sentence: what was found, where, and what to do. */
        readonly message: string;
      }
    >;
