import {
  AccessLog,
  integrationFact,
  type IntegrationEnd,
  type IntegrationRequest,
  InvokePermissions,
  invokeIntegration,
  loggedIntegration,
  type MappedCaller,
} from '../gateway/index.ts';
import { NO_ENFORCEMENT } from '../iam/index.ts';
import type { InvokeOptions } from '../lambda/index.ts';
import type { HttpApi, HttpRoute, MappedRoute } from '../template/index.ts';
import { httpVariables, type LoggedRequest } from './access-log.ts';
import { MalformedResponseError } from './function-result.ts';
import type { GatewayOptions } from './gateway-options.ts';
import type { ApiIdentity } from './request-context.ts';
import type { RequestNotes } from './request-fact.ts';
import type { HttpResponse } from './response.ts';

/** The stage of an HTTP API or a REST API, with the values that are derived from it once. */
export class DeployedStage {
  readonly identity: ApiIdentity;
  readonly permissions: InvokePermissions;
  /** The kind, API and stage for the facts of its requests. */
  readonly of: {
    readonly kind: 'http-api' | 'rest-api';
    readonly apiId: string;
    readonly stage: string;
  };
  /** The access log; absent if the template has none. */
  readonly accessLog: AccessLog<LoggedRequest> | undefined;
  readonly #options: GatewayOptions;

  constructor(api: HttpApi, kind: 'http-api' | 'rest-api', options: GatewayOptions) {
    const { accountId, region, events } = options;
    this.#options = options;
    this.identity = {
      ...{ accountId, region, apiId: api.apiId, stage: api.stageName },
      stageVariables: api.stageVariables,
    };
    this.permissions = new InvokePermissions(options.permissions ?? NO_ENFORCEMENT, {
      ...options,
      ...api,
    });
    this.of = { kind, apiId: api.apiId, stage: api.stageName };
    this.accessLog =
      api.accessLog && new AccessLog(api.accessLog, api, httpVariables(kind), events);
  }

  /**
   * Invokes a route's function and records the result.
   *
   * @param route the route in the form that a permission's source ARN has: `GET/posts/{postId}`,
   * `$default`
   * @param read makes the response from the function's payload; it throws MalformedResponseError if
   * it cannot
   * @throws an error of sam-offline itself
   */
  async invoke(
    { integration }: HttpRoute,
    route: string,
    invokeOptions: InvokeOptions,
    payload: string,
    notes: RequestNotes,
    read: (result: Buffer) => HttpResponse,
  ): Promise<IntegrationEnd<HttpResponse>> {
    const { functionLogicalId } = integration;
    const functionName = this.#options.functionNames?.get(functionLogicalId) ?? functionLogicalId;
    notes.functionName = functionName;
    const startedAt = performance.now();
    const end = await invokeIntegration(
      { ...integration, route, permissions: this.permissions },
      this.#options.invoker,
      payload,
      invokeOptions,
      read,
      isMalformed,
    );
    notes.invocationId = end.invocationId;
    if (end.outcome === 'failed' && end.reason === 'unexpected') throw end.error;
    notes.integration = integrationFact(functionName, startedAt, end);
    if (this.accessLog !== undefined) Object.assign(notes, loggedIntegration(end));
    return end;
  }

  /** Calls an integration with mappings and records the result. */
  async callMapped(
    caller: MappedCaller,
    { integration: { target } }: Pick<MappedRoute, 'integration'>,
    request: IntegrationRequest,
    notes: RequestNotes,
  ): Promise<IntegrationEnd<HttpResponse>> {
    const logicalId = target.type === 'function' ? target.functionLogicalId : undefined;
    const functionName = logicalId && (this.#options.functionNames?.get(logicalId) ?? logicalId);
    notes.functionName = functionName;
    const startedAt = performance.now();
    const end = await caller(request, this.permissions);
    notes.invocationId = end.invocationId;
    notes.integration = integrationFact(functionName, startedAt, end);
    if (this.accessLog !== undefined) Object.assign(notes, loggedIntegration(end));
    return end;
  }

  /**
   * Reports a fault of sam-offline itself.
   * @param logicalId the API's logical id
   */
  warn(logicalId: string, error: unknown): void {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    this.#options.events.warn('error', `${logicalId}: ${text}`);
  }
}

function isMalformed(error: unknown): error is MalformedResponseError {
  return error instanceof MalformedResponseError;
}
