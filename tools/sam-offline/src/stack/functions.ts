import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { createAwsHostProxy } from '../aws-hosts/index.ts';
import type { XRayDaemon } from '../insights/index.ts';
import {
  createLambdaService,
  type InvocationResult,
  type InvokeOptions,
  type LambdaInvoker,
  LambdaServiceClosedError,
  type ReloadResult,
} from '../lambda/index.ts';
import { type CodeStore, openCodeStore } from './code-watch/index.ts';
import type { FunctionIdentities } from './function-identities.ts';
import type { Targets } from '../delivery/index.ts';
import type { Endpoints } from './outputs.ts';
import { createDestinationSender } from './send-to-destination.ts';
import type { Shutdown } from './shutdown.ts';
import { xrayVariables } from './stack-facts.ts';
import type { StartStackOptions } from './start-stack-options.ts';
import type { Stores } from './stores.ts';

/** The functions of a stack. */
export interface Functions {
  /** Invocations wait until `open` is called. */
  readonly invoker: LambdaInvoker;
  /** The folders that the functions run from. Absent if changes are not watched. */
  readonly code?: CodeStore;
  /** Absolute paths of the folders that must stay while the functions run. */
  readonly directories: readonly string[];
  reload(logicalId: string): Promise<ReloadResult>;
  /**
   * Lets the functions run. Their environment variables hold the stack's endpoints, so no
   * invocation starts before all endpoints are known. Invocations may come before that, since
   * clients of an earlier run come back as soon as a port is open.
   */
  open(endpoints: Endpoints): void;
}

/** Makes the functions of a stack, and reports those that cannot run. */
export async function createFunctions(
  options: Pick<StartStackOptions, 'stack' | 'events' | 'dataDirectory' | 'watch' | 'concurrency'>,
  parts: {
    readonly stores: Stores;
    readonly xray: XRayDaemon;
    readonly identities: FunctionIdentities;
    /** The possible targets of records of asynchronous invocations. */
    readonly targets: Targets;
  },
  shutdown: Shutdown,
): Promise<Functions> {
  const { stack, events, dataDirectory, concurrency } = options;
  const workDirectory = join(dataDirectory, 'functions');
  rmSync(workDirectory, { recursive: true, force: true });
  const codeDirectory = join(dataDirectory, 'code');
  const code = options.watch
    ? await openCodeStore(stack.functions, codeDirectory, [dataDirectory])
    : undefined;
  if (code !== undefined) shutdown.add('code', () => code.close().catch(() => undefined));

  let endpoints: Endpoints | undefined;
  const proxy = createAwsHostProxy({
    bundleFile: join(workDirectory, 'trusted-certificates.pem'),
    awsEndpoint: () => endpoints?.awsEndpoint,
  });
  shutdown.add('awsHosts', () => proxy.close());
  const lambda = createLambdaService({
    ...{ functions: stack.functions, region: stack.region, events, workDirectory },
    ...(concurrency !== undefined && { concurrency }),
    ...(code && { codeOf: (fn) => code.use(fn) }),
    environmentFor: (fn) => ({
      ...xrayVariables(parts.xray),
      ...(endpoints && parts.identities.environmentOf(fn, endpoints)),
    }),
    proxy,
    identify: (fn, invocation) => parts.identities.identify(fn, invocation),
    sendToDestination: createDestinationSender(parts.targets),
  });
  const gate = createGate(lambda);
  shutdown.add('waitingInvocations', () => {
    gate.abandon();
  });
  shutdown.add('lambda', () => lambda.close());
  // It reports the functions that cannot run. The others run.
  lambda.checkCode();
  return {
    invoker: gate,
    ...(code && { code }),
    directories: [workDirectory, codeDirectory],
    reload: (logicalId) => lambda.reload(logicalId),
    open(known) {
      endpoints = known;
      gate.open();
    },
  };
}

interface Gate extends LambdaInvoker {
  open(): void;
  /** Rejects the invocations that still wait. It has no effect after `open`. */
  abandon(): void;
}

/** Lets invocations wait until the gate is opened. */
function createGate(invoker: LambdaInvoker): Gate {
  const opened = Promise.withResolvers<undefined>();
  // This promise may be rejected while nobody waits for it.
  opened.promise.catch(() => undefined);
  let isOpen = false;
  return {
    invoke(logicalId: string, payload: string | Buffer, options?: InvokeOptions) {
      return isOpen
        ? invoker.invoke(logicalId, payload, options)
        : opened.promise.then((): Promise<InvocationResult> =>
            invoker.invoke(logicalId, payload, options),
          );
    },
    invokeAsync(logicalId, payload, options) {
      if (isOpen) {
        invoker.invokeAsync(logicalId, payload, options);
        return;
      }
      opened.promise
        .then(() => {
          invoker.invokeAsync(logicalId, payload, options);
        })
        .catch(() => undefined);
    },
    open() {
      isOpen = true;
      opened.resolve(undefined);
    },
    abandon() {
      opened.reject(new LambdaServiceClosedError());
    },
  };
}
