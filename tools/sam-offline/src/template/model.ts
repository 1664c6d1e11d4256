import type { PolicySource } from '../iam/index.ts';
import type { MappedIntegration, RequestValidation } from './model-integrations.ts';
import type { ServiceResources } from './model-services.ts';
import type { Cors, ExecutionRole } from './model-shared.ts';

export type * from './model-integrations.ts';
export type * from './model-services.ts';
export type * from './model-shared.ts';

/**
 * The typed model of a stack, which the rest of sam-offline uses. `loadStack` makes it from a SAM
 * template, so that only `src/template` depends on CloudFormation's syntax.
 *
 * The names contain the units: `…Ms` for milliseconds, `…Mb` for mebibytes, `…Bytes` for bytes.
 */

/** A stack in which all intrinsic functions are resolved. */
export interface Stack extends ServiceResources {
  readonly name: string;
  readonly region: string;
  readonly accountId: string;
  /** The absolute path of the template. Relative paths in it are resolved against its folder. */
  readonly templatePath: string;
  readonly functions: readonly LambdaFunction[];
  readonly webSocketApis: readonly WebSocketApi[];
  readonly httpApis: readonly HttpApi[];
  readonly tables: readonly Table[];
  readonly queues: readonly Queue[];
  /** The policies of queues, topics, buckets, event buses and functions (`AWS::Lambda::Permission`), by the ARN of the resource. */
  readonly resourcePolicies: ReadonlyMap<string, PolicySource>;
  /**
   * Whether the template contains permissions: policies, roles or permissions to invoke functions.
   */
  readonly statesPermissions: boolean;
  readonly eventSourceMappings: readonly EventSourceMapping[];
  readonly alarms: readonly Alarm[];
  readonly dashboards: readonly Dashboard[];
  /** The resolved `Outputs` of the template. */
  readonly outputs: Readonly<Record<string, string>>;
  /** The values of the file of `--values`. */
  readonly values: LocalValues;
  /**
   * Warnings about features of the template that are not emulated. They are printed at the start.
   */
  readonly warnings: readonly TemplateWarning[];
}

/** Values from outside of the stack, which come from a file here. */
export interface LocalValues {
  /** The values of Parameter Store, by name. */
  readonly parameters: Readonly<Record<string, string>>;
  /** The values of Secrets Manager, by name. */
  readonly secrets: Readonly<Record<string, string>>;
  /** The exports of other stacks, for `Fn::ImportValue`. */
  readonly exports: Readonly<Record<string, string>>;
}

export interface TemplateWarning {
  readonly resource?: string;
  readonly property?: string;
  readonly message: string;
}

export interface LambdaFunction {
  readonly logicalId: string;
  readonly functionName: string;
  readonly arn: string;
  readonly code: FunctionCode;
  /** The runtime: `nodejs24.x`, `python3.12`, `provided.al2023` …; absent for images. */
  readonly runtime?: string;
  /** The handler, such as `index.handler`; absent for images whose Dockerfile's CMD names it. */
  readonly handler?: string;
  readonly architecture: 'x86_64' | 'arm64';
  readonly memorySizeMb: number;
  readonly timeoutMs: number;
  readonly environment: Readonly<Record<string, string>>;
  /** `LoggingConfig`. If absent, the function writes lines of text to its own log group. */
  readonly logging?: FunctionLogging;
  /**
   * True for `Tracing: Active`: Lambda decides which invocations are traced, and adds its segments.
   */
  readonly isTraced?: boolean;
  /** `ReservedConcurrentExecutions`; 0 means that every invocation is throttled. */
  readonly reservedConcurrency?: number;
  readonly asyncInvoke: AsyncInvokeConfig;
  readonly functionUrls?: readonly FunctionUrl[];
  /** The version of each alias and published version: `{ live: '1', '1': '1' }`. */
  readonly qualifiers?: Readonly<Record<string, string>>;
  /**
   * True with `TenancyConfig`: each invocation has a tenant id, and each environment serves one
   * tenant.
   */
  readonly isIsolatedByTenant?: boolean;
  /** The role whose permissions the function's calls have. If absent, the calls are not checked. */
  readonly role?: ExecutionRole;
  /**
   * The absolute paths of the folders and archives of layers that are on this machine, in the
   * function's order.
   */
  readonly layers: readonly string[];
}

export type SystemLogLevel = 'DEBUG' | 'INFO' | 'WARN';

export interface FunctionLogging {
  readonly format: 'Text' | 'JSON';
  /** The function's lines below this level are dropped. It only applies to JSON. */
  readonly applicationLevel: 'TRACE' | 'DEBUG' | 'INFO' | 'WARN' | 'ERROR' | 'FATAL';
  /** Lambda's own lines below this level are dropped. It only applies to JSON. */
  readonly systemLevel: SystemLogLevel;
  /** The name of the log group. */
  readonly logGroup?: string;
}

export type FunctionCode =
  /** `CodeUri` is a folder. */
  | { readonly type: 'zip'; readonly directory: string }
  /** `CodeUri` is a zip or jar archive, or a single file. The path is absolute. */
  | { readonly type: 'file'; readonly file: string }
  | { readonly type: 'inline'; readonly source: string }
  /** The code is not on this machine, so the function fails when it is invoked. */
  | { readonly type: 'missing'; readonly reason: string }
  | {
      readonly type: 'image';
      /** The absolute path of `Metadata.DockerContext`. */
      readonly contextDirectory: string;
      /** The absolute path of `Metadata.Dockerfile`, which is relative to the context. */
      readonly dockerfile: string;
      /** `ImageConfig.Command`, which overrides the Dockerfile's CMD. */
      readonly command?: readonly string[];
      readonly entryPoint?: readonly string[];
      readonly workingDirectory?: string;
    };

/** The settings for asynchronous invocations: `EventInvokeConfig` and `DeadLetterQueue`. */
export interface AsyncInvokeConfig {
  /** 0 to 2; AWS's default is 2. */
  readonly maximumRetryAttempts: number;
  /** 60 s to 6 h; AWS's default is 6 h. */
  readonly maximumEventAgeMs: number;
  /** The ARN of a queue, function, topic or event bus. */
  readonly onSuccessArn?: string;
  readonly onFailureArn?: string;
  /** The ARN of `DeadLetterQueue`, which gets only the event. */
  readonly deadLetterArn?: string;
}

export interface FunctionUrl {
  readonly logicalId: string;
  /**
   * The ARN of the function or alias that the URL invokes. Its policy decides who may use the URL.
   */
  readonly functionArn: string;
  /**
   * The first label of the host `<urlId>.lambda-url.<region>.on.aws`. It is always the same for a
   * stack name and logical id.
   */
  readonly urlId: string;
  readonly authType: 'NONE' | 'AWS_IAM';
  readonly cors?: Cors;
  readonly invokeMode: 'BUFFERED' | 'RESPONSE_STREAM';
}

/** The integration of a route. */
export type Integration =
  /** `AWS_PROXY` to a function of this stack. */
  | {
      readonly type: 'lambda';
      readonly functionLogicalId: string;
      /**
       * The invoked ARN with its alias or version. Its policy decides whether API Gateway may
       * invoke it. Absent if the integration has its own role, which is not checked.
       */
      readonly functionArn?: string;
      /**
       * The mapping expression of a REST API for the tenant id: `method.request.header.x-tenant`,
       * `context.authorizer.tenant`, `'blue'`.
       */
      readonly tenantFrom?: string;
      readonly timeoutMs: number;
    }
  | MappedIntegration;

/**
 * The addresses at which an API with `DisableExecuteApiEndpoint` refuses all requests: its hosts on
 * AWS, or every address if the template has no domain name for it.
 */
export type DisabledEndpoint = 'execute-api-hosts' | 'everywhere';

/** The access log settings of a stage. */
export interface AccessLogSettings {
  /** The name of the log group. */
  readonly logGroup: string;
  /** The format of a line, with `$context` variables. */
  readonly format: string;
}

export interface WebSocketApi extends RouteThrottles {
  readonly logicalId: string;
  /**
   * The generated id with ten characters. It is always the same for a stack name and logical id.
   */
  readonly apiId: string;
  readonly name: string;
  readonly stageName: string;
  readonly stageVariables: Readonly<Record<string, string>>;
  readonly accessLog?: AccessLogSettings;
  readonly disabledEndpoint?: DisabledEndpoint;
  /** The expression, such as `$request.body.action`. */
  readonly routeSelectionExpression: string;
  readonly routes: readonly WebSocketRoute[];
}

export interface WebSocketRoute {
  /** The route key: `$connect`, `$disconnect`, `$default` or a custom key. */
  readonly routeKey: string;
  readonly integration: Integration;
  /** True if the body that the handler returns is sent to the client, as a route response. */
  readonly hasRouteResponse: boolean;
  /** Absent if no expression selects a model. */
  readonly validation?: RequestValidation;
  readonly authorization: WebSocketAuthorization;
}

export type WebSocketAuthorization =
  | { readonly type: 'none' }
  | { readonly type: 'iam' }
  | { readonly type: 'lambda'; readonly authorizer: LambdaAuthorizer };

/** A REQUEST authorizer that is a function of this stack. */
export interface LambdaAuthorizer {
  readonly name: string;
  /** The authorizer's id, which is in the source ARN of the permission. */
  readonly authorizerId: string;
  readonly functionLogicalId: string;
  /** The invoked ARN; absent if the authorizer has its own role, which is not checked. */
  readonly functionArn?: string;
  /** The identity sources: `route.request.header.Authorization`, `$request.querystring.token` … */
  readonly identitySources: readonly string[];
  /** The payload format: `1.0`, or `2.0` (only HTTP APIs). */
  readonly payloadFormatVersion: '1.0' | '2.0';
  readonly enableSimpleResponses: boolean;
  readonly resultTtlMs: number;
  /** Present for a TOKEN authorizer of a REST API. Its event has only the token of the request. */
  readonly token?: {
    /** A token that does not match this expression is rejected without invoking the function. */
    readonly validation?: RegExp;
  };
}

export interface Throttle {
  /** The maximum number of requests a second. */
  readonly rateLimit: number;
  readonly burstLimit: number;
}

/** The throttles of a stage. Each of them applies to one route. */
export interface RouteThrottles {
  /** The throttle of `DefaultRouteSettings`. */
  readonly throttle?: Throttle;
  /** The throttles of `RouteSettings`, by route key. */
  readonly routeThrottles?: Readonly<Record<string, Throttle>>;
}

export interface HttpApi extends RouteThrottles {
  readonly logicalId: string;
  readonly apiId: string;
  readonly name: string;
  /** The settings that only REST APIs have; absent for HTTP APIs. */
  readonly rest?: RestSettings;
  /** The stage's name. `$default` has no segment in the path. */
  readonly stageName: string;
  readonly stageVariables: Readonly<Record<string, string>>;
  readonly accessLog?: AccessLogSettings;
  readonly disabledEndpoint?: DisabledEndpoint;
  readonly cors?: Cors;
  readonly routes: readonly HttpRoute[];
  /** The routes that call a service without a function. */
  readonly serviceRoutes?: readonly HttpServiceRoute[];
  /**
   * The routes whose integrations have mappings: those of REST APIs, and `HTTP_PROXY` of HTTP APIs.
   */
  readonly mappedRoutes?: readonly MappedRoute[];
}

/** A route with an integration that is not a Lambda proxy integration. */
export interface MappedRoute {
  readonly method: string;
  readonly path: string;
  readonly authorization: HttpAuthorization;
  readonly integration: MappedIntegration;
  /** Only for REST APIs. */
  readonly validation?: RequestValidation;
  /** True if requests need an API key of a usage plan; only for REST APIs. */
  readonly requiresApiKey?: boolean;
  /** Only for HTTP APIs. */
  readonly parameterMapping?: ParameterMapping;
}

/**
 * The changes that an HTTP API makes to a request before the integration gets it, and to a response
 * before the client gets it.
 */
export interface ParameterMapping {
  /** The request parameters: `append:header.name` → `$request.path.id`. */
  readonly request: Readonly<Record<string, string>>;
  /** The response parameters by the status of the response. */
  readonly responses: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** The first-class integrations that are emulated. */
export type HttpServiceSubtype =
  | 'EventBridge-PutEvents'
  | 'SQS-DeleteMessage'
  | 'SQS-PurgeQueue'
  | 'SQS-ReceiveMessage'
  | 'SQS-SendMessage';

/** A route with a first-class integration. */
export interface HttpServiceRoute {
  readonly method: string;
  readonly path: string;
  readonly authorization: HttpAuthorization;
  readonly subtype: HttpServiceSubtype;
  /** The role whose permissions the call has. */
  readonly role?: ExecutionRole;
  /**
   * The values by the service's parameter names: a static string, or an expression that selects a
   * part of the request.
   */
  readonly parameters: Readonly<Record<string, string>>;
}

/** A REST API. */
export interface RestApi extends HttpApi {
  readonly rest: RestSettings;
}

export interface RestSettings {
  /** Bodies with these media types are base64 in events. All other bodies are text. */
  readonly binaryMediaTypes: readonly string[];
  /** The gateway responses by the type of the error: `UNAUTHORIZED`, `DEFAULT_4XX` … */
  readonly gatewayResponses: Readonly<Record<string, GatewayResponseSettings>>;
  /**
   * The source of a request's API key: its header `x-api-key`, or the response of the Lambda
   * authorizer.
   */
  readonly apiKeySource: 'HEADER' | 'AUTHORIZER';
  /** The usage plans that contain the API's stage. */
  readonly usagePlans: readonly UsagePlan[];
}

/** An `AWS::ApiGateway::UsagePlan`, with its settings for one stage of an API. */
export interface UsagePlan {
  readonly planId: string;
  readonly keys: readonly ApiKey[];
  /** The throttle of each key, for all stages of the plan together. */
  readonly throttle?: Throttle;
  /** The throttles of each key at this stage, by path and method: `/pets/GET`. */
  readonly methodThrottles: Readonly<Record<string, Throttle>>;
  readonly quota?: UsageQuota;
}

export interface ApiKey {
  readonly logicalId: string;
  readonly keyId: string;
  /** The value that clients send. */
  readonly value: string;
}

/** The maximum number of requests with each key of a usage plan in a period. */
export interface UsageQuota {
  readonly limit: number;
  readonly period: 'DAY' | 'WEEK' | 'MONTH';
  /**
   * The number of days by which a period starts later than on Sunday, or than on the first of the
   * month.
   */
  readonly offsetDays: number;
}

/** A gateway response, which replaces an error response of API Gateway. */
export interface GatewayResponseSettings {
  readonly statusCode?: number;
  /** The mapping expressions by header: `'text'`, `method.request.header.Origin`. */
  readonly headers: Readonly<Record<string, string>>;
  /** The templates of bodies by content type. They may contain `$context` variables. */
  readonly templates: Readonly<Record<string, string>>;
}

export interface HttpRoute {
  /** The method: `GET` … or `ANY`. */
  readonly method: string;
  /** The path: `/posts/{postId}`, `/files/{path+}`, or `$default`. */
  readonly path: string;
  readonly integration: Extract<Integration, { type: 'lambda' }>;
  readonly payloadFormatVersion: '1.0' | '2.0';
  readonly authorization: HttpAuthorization;
  /** Only for REST APIs. */
  readonly validation?: RequestValidation;
  /** True if requests need an API key of a usage plan; only for REST APIs. */
  readonly requiresApiKey?: boolean;
  /** Only for HTTP APIs. */
  readonly parameterMapping?: ParameterMapping;
}

export type HttpAuthorization =
  | { readonly type: 'none' }
  | { readonly type: 'iam' }
  | {
      readonly type: 'jwt';
      readonly name: string;
      /** The identity source: `$request.header.Authorization`. */
      readonly identitySource: string;
      readonly issuer: string;
      readonly audience: readonly string[];
      /** The token must have one of these scopes. If empty, no scope is required. */
      readonly scopes: readonly string[];
    }
  /** Only for REST APIs. */
  | {
      readonly type: 'cognito';
      readonly name: string;
      /** The identity source: `$request.header.Authorization`. */
      readonly identitySource: string;
      /** The URLs of the user pools, which tokens have in `iss`. */
      readonly issuers: readonly string[];
      /** An access token must have one of these scopes. If empty, an identity token is required. */
      readonly scopes: readonly string[];
    }
  | { readonly type: 'lambda'; readonly authorizer: LambdaAuthorizer };

export interface Table {
  readonly logicalId: string;
  readonly tableName: string;
  readonly arn: string;
  readonly attributeDefinitions: readonly {
    readonly name: string;
    readonly type: 'S' | 'N' | 'B';
  }[];
  readonly keySchema: KeySchema;
  readonly globalSecondaryIndexes: readonly SecondaryIndex[];
  readonly localSecondaryIndexes: readonly SecondaryIndex[];
  /** The attribute with the time of expiry, in seconds since 1970. */
  readonly ttlAttribute?: string;
  readonly streamViewType?: 'NEW_IMAGE' | 'OLD_IMAGE' | 'NEW_AND_OLD_IMAGES' | 'KEYS_ONLY';
  /** The value of `!GetAtt Table.StreamArn`; absent if there is no stream. */
  readonly streamArn?: string;
}

export interface KeySchema {
  readonly partitionKey: string;
  readonly sortKey?: string;
}

export interface SecondaryIndex {
  readonly indexName: string;
  readonly keySchema: KeySchema;
  readonly projectionType: 'ALL' | 'KEYS_ONLY' | 'INCLUDE';
  readonly nonKeyAttributes: readonly string[];
}

export interface Queue {
  readonly logicalId: string;
  readonly queueName: string;
  readonly arn: string;
  /** The value of `!Ref Queue`, with AWS's host. */
  readonly url: string;
  /** The attributes for `CreateQueue` (`VisibilityTimeout`, `RedrivePolicy` …), as strings. */
  readonly attributes: Readonly<Record<string, string>>;
}

export type Alarm = MetricAlarm | CompositeAlarm;

/** The members of both kinds of alarms. */
interface AlarmBase {
  readonly logicalId: string;
  readonly alarmName: string;
  readonly arn: string;
  readonly description?: string;
  readonly actionsEnabled: boolean;
  /** The ARNs of the targets that are notified when the alarm changes to a state. */
  readonly actions: {
    readonly OK: readonly string[];
    readonly ALARM: readonly string[];
    readonly INSUFFICIENT_DATA: readonly string[];
  };
}

/** An `AWS::CloudWatch::Alarm` with a static threshold. */
export interface MetricAlarm extends AlarmBase {
  readonly type: 'metric';
  /**
   * One metric, or metrics and expressions. The one that is returned is compared with the
   * threshold. All have the same period.
   */
  readonly queries: readonly AlarmQuery[];
  /** True if the template has `Metrics`, false if it has one metric. */
  readonly isMath: boolean;
  readonly periodSeconds: number;
  readonly comparisonOperator: ComparisonOperator;
  readonly threshold: number;
  readonly evaluationPeriods: number;
  /** AWS's default is `evaluationPeriods`. */
  readonly datapointsToAlarm: number;
  readonly treatMissingData: TreatMissingData;
}

export type ComparisonOperator =
  | 'GreaterThanOrEqualToThreshold'
  | 'GreaterThanThreshold'
  | 'LessThanThreshold'
  | 'LessThanOrEqualToThreshold';

export type TreatMissingData = 'missing' | 'ignore' | 'breaching' | 'notBreaching';

/** A metric with a statistic, or an expression. */
export interface AlarmQuery {
  readonly id: string;
  readonly label?: string;
  readonly expression?: string;
  readonly metricStat?: {
    readonly namespace: string;
    readonly name: string;
    readonly dimensions: Readonly<Record<string, string>>;
    readonly periodSeconds: number;
    /** The statistic: `Sum`, `p99` … */
    readonly stat: string;
    readonly unit?: string;
  };
  readonly periodSeconds?: number;
  readonly returnData: boolean;
}

/** An `AWS::CloudWatch::CompositeAlarm`. */
export interface CompositeAlarm extends AlarmBase {
  readonly type: 'composite';
  /** The rule: `ALARM("a") AND NOT OK("b")`. */
  readonly rule: string;
  readonly suppressor?: {
    /** The name or the ARN of an alarm. */
    readonly alarm: string;
    readonly waitMs: number;
    readonly extensionMs: number;
  };
}

export interface EventSourceMapping {
  readonly logicalId: string;
  readonly functionLogicalId: string;
  /** The invoked ARN with its alias or version; if absent, the function's own ARN. */
  readonly functionArn?: string;
  readonly source:
    | {
        readonly type: 'dynamodb';
        readonly tableLogicalId: string;
        readonly startingPosition: 'LATEST' | 'TRIM_HORIZON';
        /** If absent, a record is retried until the stream deletes it (24 h). */
        readonly maximumRetryAttempts?: number;
        readonly maximumRecordAgeMs?: number;
        readonly bisectBatchOnFunctionError: boolean;
        readonly parallelizationFactor: number;
        /** The ARN of the on-failure destination. */
        readonly onFailureArn?: string;
      }
    | {
        readonly type: 'sqs';
        readonly queueLogicalId: string;
        /** `ScalingConfig.MaximumConcurrency`. */
        readonly maximumConcurrency?: number;
      };
  readonly enabled: boolean;
  /** The batch size, in records or messages. */
  readonly batchSize: number;
  readonly batchWindowMs: number;
  readonly reportBatchItemFailures: boolean;
  /** The parsed event filter patterns. If empty, no record is filtered out. */
  readonly filterPatterns: readonly Readonly<Record<string, unknown>>[];
}

/** A CloudWatch dashboard, which sam-offline's console shows. */
export interface Dashboard {
  readonly logicalId: string;
  readonly name: string;
  /**
   * The JSON in which all intrinsic functions are resolved. It is checked when the dashboard is
   * shown.
   */
  readonly body: string;
}
