import { mkdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Events } from '../events/index.ts';
import { createSampler } from '../ids/index.ts';
import { createProcessGroup } from '../processes/index.ts';
import type { LambdaFunction } from '../template/index.ts';
import { AsyncInvocations, type AsyncInvocationOptions } from './async-invocations.ts';
import { layersDirectory, stageCode, type StagedCode } from './code/index.ts';
import { Concurrency } from './concurrency.ts';
import {
  FunctionConfigurationError,
  FunctionNotFoundError,
  InvalidParameterValueError,
} from './errors.ts';
import { failure } from './failures.ts';
import type {
  EnvironmentContext,
  EnvironmentIdentity,
  ProxyForPrograms,
} from './execution-environment.ts';
import { FunctionPool, type ReloadResult, type Replacement } from './function-pool.ts';
import {
  type AsyncAttempt,
  createInvocation,
  type Invocation,
  type Tracing,
} from './invocation.ts';
import {
  type InvocationResult,
  type InvokeOptions,
  type LambdaInvoker,
  TooManyRequestsError,
} from './invoker.ts';
import { planLaunch } from './launch.ts';
import { environmentBounds, type EnvironmentBounds } from './machine.ts';
import { LATEST, qualifierOf, versionOf } from './qualifiers.ts';
import type { Running } from './running-invocation.ts';

/** The functions of a stack, and how they are run. */
export interface LambdaServiceOptions extends AsyncInvocationOptions {
  readonly functions: readonly LambdaFunction[];
  readonly region: string;
  readonly events: Events;
  /**
   * Gives the folders that a function runs from, if they differ from its own. By default, its own
   * folders.
   */
  readonly codeOf?: (fn: LambdaFunction) => CodeInUse;
  /** The folder for inline code and the files of images. It is made if it does not exist. */
  readonly workDirectory: string;
  /**
   * Gives variables in addition to Lambda's and the function's own (`AWS_ENDPOINT_URL`). They
   * replace those with the same names.
   */
  readonly environmentFor?: (fn: LambdaFunction) => Readonly<Record<string, string>>;
  /**
   * Keeps requests to AWS's hosts on this machine, for programs that are not sam-offline's own
   * runtimes; see `../aws-hosts`.
   */
  readonly proxy?: ProxyForPrograms;
  /**
   * Makes the credentials of a function's execution environment.
   * @param invocation gives the invocation that it runs, or ran last
   */
  readonly identify?: (
    fn: LambdaFunction,
    invocation: () => Invocation | undefined,
  ) => EnvironmentIdentity;
  /**
   * The account's concurrency: the maximum number of running invocations of all functions. A
   * further invocation fails with TooManyRequestsError, and so does one beyond a function's
   * reserved concurrency. If absent, no invocation is throttled. Those that the machine cannot run
   * yet wait.
   */
  readonly concurrency?: number;
  /**
   * The maximum numbers of execution environments. By default they are derived from the machine.
   */
  readonly environments?: EnvironmentBounds;
  /**
   * The time after which idle environments end, except the last one of a function. In ms, by
   * default 60 s.
   */
  readonly idleTimeoutMs?: number;
}

/**
 * A function with the folders that it runs from. `release` is called when nothing runs from them
 * any more.
 */
export interface CodeInUse {
  readonly fn: LambdaFunction;
  readonly release: () => void;
}

/** Lambda on this machine. */
export interface LambdaService extends LambdaInvoker {
  /**
   * Checks that every function's code exists and can run. It starts no process: execution
   * environments start with the first invocation.
   *
   * @returns an error for each function that cannot run; they are also reported as warnings
   */
  checkCode(): readonly FunctionConfigurationError[];
  /**
   * Starts a function's current code. When it has started, it serves new invocations, while running
   * ones end with the earlier code. If it does not start, the earlier code continues to serve.
   */
  reload(functionLogicalId: string): Promise<ReloadResult>;
  /** Ends every environment. Waiting invocations are rejected with LambdaServiceClosedError. */
  close(): Promise<void>;
}

/** The folders that a function runs from, and the folder for its files. */
interface CodeVersion extends CodeInUse {
  readonly directory: string;
  /** The code folder. It is made once, so that a later start of an environment writes no files. */
  staged?: StagedCode;
}

interface VersionPool {
  readonly version: string;
  readonly pool: FunctionPool;
}

interface FunctionState {
  readonly fn: LambdaFunction;
  /**
   * The pools by version and tenant id. Versions do not share environments, and neither do the tenants of a function that is
   * isolated by tenant.
   */
  readonly pools: Map<string, VersionPool>;
  /**
   * The pools of a function that is not isolated by tenant, by the invoked ARN, so that an ARN is
   * read only once.
   */
  readonly poolsByArn: Map<string | undefined, FunctionPool>;
  code: CodeVersion;
  /** The number of versions so far, including those that did not start. */
  versions: number;
  readonly running: Running;
  readonly tracing: Tracing;
}

const DEFAULT_IDLE_TIMEOUT_MS = 60_000;

/**
 * Makes Lambda on this machine. It runs a stack's functions in child processes that use the Lambda
 * Runtime API.
 *
 * @example const lambda = createLambdaService({ functions: stack.functions, region, events,
 * workDirectory }); const result = await lambda.invoke('HelloFunction', '{"name":"world"}'); await
 * lambda.close();
 */
export function createLambdaService(options: LambdaServiceOptions): LambdaService {
  const { events, functions } = options;
  const ofAccount = { count: 0 };
  const sample = createSampler();
  const processes = createProcessGroup();
  const concurrency = new Concurrency(functions, options.concurrency);
  const bounds = options.environments ?? environmentBounds();
  const homeDirectory = join(options.workDirectory, 'home');
  const afterOutput = runAfterOutput();
  const states = new Map<string, FunctionState>(
    functions.map((fn) => [
      fn.logicalId,
      {
        fn,
        pools: new Map(),
        poolsByArn: new Map(),
        code: codeVersion(fn, 1),
        versions: 1,
        running: { ofFunction: 0, ofAccount },
        tracing: { isActive: fn.isTraced === true, sample },
      },
    ]),
  );

  function codeVersion(fn: LambdaFunction, number: number): CodeVersion {
    const inUse = options.codeOf?.(fn) ?? { fn, release: () => undefined };
    const directory = join(options.workDirectory, fn.logicalId, String(number));
    return { ...inUse, directory };
  }

  function endOf({ directory, release }: CodeVersion): void {
    release();
    // Files that could not be removed only take space. The next start empties the folder.
    for (const folder of [directory, layersDirectory(directory)]) {
      rm(folder, { recursive: true, force: true }).catch(() => undefined);
    }
  }

  function environmentContext(inUse: CodeVersion, version: string): EnvironmentContext {
    const { fn, directory } = inUse;
    mkdirSync(homeDirectory, { recursive: true });
    inUse.staged ??= stageCode(fn, directory);
    const code = inUse.staged;
    const launch = planLaunch(fn, code, {
      region: options.region,
      ...{ version, homeDirectory },
      extraEnvironment: options.environmentFor?.(fn) ?? {},
    });
    for (const note of code.notes) events.warn('warn', `Function ${fn.logicalId}: ${note}`);
    const { running } = stateOf(fn.logicalId);
    const { identify, proxy } = options;
    return {
      ...{ fn, version, launch, events, running, processes, afterOutput },
      ...(proxy && { proxy }),
      ...(identify && { identify: (invocation) => identify(fn, invocation) }),
    };
  }

  /**
   * Tells whether one more environment may start. If not, it ends an idle environment of some
   * function.
   */
  function hasRoom(): boolean {
    let others = 0;
    for (const pool of allPools()) others += Math.max(0, pool.stats.environments - 1);
    if (others < bounds.total) return true;
    for (const pool of allPools()) if (pool.endIdle(2)) break;
    return false;
  }

  /**
   * Tells whether a function may have one more environment: its concurrency is that of all its
   * versions and tenants together. If not, it ends an idle environment of one of them.
   */
  function hasRoomInFunction({ fn, pools }: FunctionState): boolean {
    let environments = 0;
    for (const { pool } of pools.values()) environments += pool.stats.environments;
    if (environments < concurrency.limitOf(fn.logicalId)) return true;
    if (pools.size > 1) for (const { pool } of pools.values()) if (pool.endIdle(1)) break;
    return false;
  }

  function* allPools(): Iterable<FunctionPool> {
    for (const { pools } of states.values()) for (const { pool } of pools.values()) yield pool;
  }

  /**
   * Gives the pool for the version that an ARN names, and for a tenant.
   * @throws InvalidParameterValueError with Lambda's message if the tenant id is missing or not
   * allowed
   */
  function poolOf(
    state: FunctionState,
    { tenantId, invokedArn }: Pick<InvokeOptions, 'tenantId' | 'invokedArn'>,
  ): FunctionPool {
    const { fn, pools, poolsByArn } = state;
    const ofArn = tenantId === undefined ? poolsByArn.get(invokedArn) : undefined;
    if (ofArn !== undefined) return ofArn;
    if (fn.isIsolatedByTenant === true && tenantId === undefined) {
      throw new InvalidParameterValueError(
        'The invoked function is enabled with tenancy configuration. Add a valid tenant ID in your request and try again.',
      );
    }
    if (fn.isIsolatedByTenant !== true && tenantId !== undefined) {
      throw new InvalidParameterValueError(
        'The invoked function is not enabled with tenancy configuration. Remove the tenant ID from your request and try again.',
      );
    }
    const version = versionOf(fn, qualifierOf(invokedArn)) ?? LATEST;
    const key = `${version} ${tenantId ?? ''}`;
    let pool = pools.get(key)?.pool;
    if (pool === undefined) {
      pool = new FunctionPool({
        environmentContext: () => environmentContext(state.code, version),
        maximumEnvironments: bounds.perFunction,
        hasRoom: (isFirst) => hasRoomInFunction(state) && (isFirst || hasRoom()),
        idleTimeoutMs: options.idleTimeoutMs ?? DEFAULT_IDLE_TIMEOUT_MS,
        onWait: ({ requestId, traceId }) => {
          if (!events.hasListeners) return;
          const { functionName } = fn;
          const timeMs = events.now();
          events.emit({ type: 'invocation.queued', timeMs, functionName, requestId, traceId });
        },
      });
      pools.set(key, { version, pool });
    }
    if (tenantId === undefined) poolsByArn.set(invokedArn, pool);
    return pool;
  }

  function stateOf(functionLogicalId: string): FunctionState {
    const state = states.get(functionLogicalId);
    if (state === undefined) throw new FunctionNotFoundError(functionLogicalId);
    return state;
  }

  /** Runs a function once. All attempts of an asynchronous event have the same request id. */
  function run(
    functionLogicalId: string,
    payload: string | Buffer,
    invokeOptions: InvokeOptions,
    attempt?: AsyncAttempt,
  ): Promise<InvocationResult> {
    return new Promise((resolve, reject) => {
      const state = stateOf(functionLogicalId);
      const pool = poolOf(state, invokeOptions);
      const { onStart, ...others } = invokeOptions;
      const countsFromHere = options.concurrency !== undefined;
      const invocation = createInvocation(
        payload,
        countsFromHere ? others : invokeOptions,
        (result) => {
          concurrency.release(functionLogicalId);
          resolve(result);
        },
        (error) => {
          concurrency.release(functionLogicalId);
          if (!(error instanceof FunctionConfigurationError)) {
            reject(error);
            return;
          }
          events.warn('error', error.message);
          resolve(failure(invocation.requestId, 'Runtime.InvalidEntrypoint', error.message));
        },
        attempt,
        state.tracing,
      );
      try {
        concurrency.acquire(functionLogicalId);
      } catch (error) {
        if (error instanceof TooManyRequestsError && events.hasListeners) {
          events.emit({
            ...{ type: 'invocation.throttled', timeMs: events.now(), reason: error.reason },
            functionName: state.fn.functionName,
            ...{ requestId: invocation.requestId, traceId: invocation.traceId },
          });
        }
        throw error;
      }
      // On AWS, an invocation that is not throttled runs at once, so the caller's time-out starts
      // here.
      if (countsFromHere) onStart?.();
      pool.run(invocation);
    });
  }

  const asyncInvocations = new AsyncInvocations(run, options);

  return {
    invoke: (functionLogicalId, payload, invokeOptions = {}) =>
      run(functionLogicalId, payload, invokeOptions),

    invokeAsync(functionLogicalId, payload, invokeOptions = {}) {
      const state = stateOf(functionLogicalId);
      poolOf(state, invokeOptions);
      asyncInvocations.add(state.fn, payload, invokeOptions);
    },

    checkCode() {
      const problems: FunctionConfigurationError[] = [];
      for (const fn of functions) {
        try {
          environmentContext(stateOf(fn.logicalId).code, LATEST);
        } catch (error) {
          if (!(error instanceof FunctionConfigurationError)) throw error;
          // The template's warnings already report code that is not on this machine.
          if (fn.code.type !== 'missing') events.warn('error', error.message);
          problems.push(error);
        }
      }
      return problems;
    },

    async reload(functionLogicalId) {
      const state = stateOf(functionLogicalId);
      state.versions += 1;
      const code = codeVersion(state.fn, state.versions);
      let replacement: Replacement;
      try {
        // A function that was never invoked has no pool yet. Its code is started too, so that
        // errors are found.
        if (state.fn.isIsolatedByTenant !== true && state.pools.size === 0) poolOf(state, {});
        replacement = await replaceIn(state, (version) => environmentContext(code, version));
      } catch (error) {
        replacement = {
          type: 'failed',
          reason: toError(error).message.replace(/^Function \w+: /, ''),
          isMissing: error instanceof FunctionConfigurationError && error.reason === 'missing-code',
        };
      }
      if (replacement.type !== 'reloaded') {
        endOf(code);
        return replacement;
      }
      const earlier = state.code;
      state.code = code;
      void replacement.retired.then(() => {
        endOf(earlier);
      });
      return { type: 'reloaded' };
    },

    async close() {
      asyncInvocations.close();
      for (const pool of allPools()) pool.close();
      await processes.close(0);
    },
  };
}

/**
 * Replaces the code of all pools of a function. If it does not start in the first pool, the others
 * keep the earlier code.
 */
async function replaceIn(
  { pools }: FunctionState,
  contextOf: (version: string) => EnvironmentContext,
): Promise<Replacement> {
  const retired: Promise<void>[] = [];
  for (const { version, pool } of pools.values()) {
    const replacement = await pool.replace(contextOf(version));
    if (replacement.type !== 'reloaded') return replacement;
    retired.push(replacement.retired);
  }
  return { type: 'reloaded', retired: Promise.all(retired).then(() => undefined) };
}

/**
 * Runs actions in their order after the output that the functions have written until now was read.
 * The output and the Runtime API use different file descriptors, and both are read before the next
 * `setImmediate`.
 */
function runAfterOutput(): (action: () => void) => void {
  let actions: (() => void)[] = [];
  const runAll = (): void => {
    const due = actions;
    actions = [];
    for (const action of due) action();
  };
  return (action) => {
    if (actions.length === 0) setImmediate(runAll);
    actions.push(action);
  };
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
