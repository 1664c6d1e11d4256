import type { PolicySource } from '../iam/index.ts';
import type { MappedIntegration, RequestValidation } from './model-integrations.ts';
import type { ServiceResources } from './model-services.ts';
import type { Cors, ExecutionRole } from './model-shared.ts';

export type * from './model-integrations.ts';
export type * from './model-services.ts';
export type * from './model-shared.ts';

/**
 * The typed model of a stack: what the rest of sam-offline works from. `loadStack` makes it out of
 * a SAM template, so nothing outside of `src/template` knows CloudFormation's syntax.
 *
 * Units are in the names: `…Ms` milliseconds, `…Mb` mebibytes, `…Bytes` bytes.
 */

/** One stack, with every intrinsic function resolved. */
export interface Stack extends ServiceResources {
  readonly name: string;
  readonly region: string;
  readonly accountId: string;
  /** Absolute path of the template. Relative paths in it are resolved against its folder. */
  readonly templatePath: string;
  readonly functions: readonly LambdaFunction[];
  readonly webSocketApis: readonly WebSocketApi[];
  readonly httpApis: readonly HttpApi[];
  readonly tables: readonly Table[];
  readonly queues: readonly Queue[];
  /** The policies of queues, topics, buckets, event buses and functions (`AWS::Lambda::Permission`), by the ARN of the resource. */
  readonly resourcePolicies: ReadonlyMap<string, PolicySource>;
  /** Whether the template says anything of permissions: policies, roles, rights to invoke. */
  readonly statesPermissions: boolean;
  readonly eventSourceMappings: readonly EventSourceMapping[];
  readonly alarms: readonly Alarm[];
  readonly dashboards: readonly Dashboard[];
  /** The template's own `Outputs`, resolved. */
  readonly outputs: Readonly<Record<string, string>>;
  /** What the file of `--values` says. */
  readonly values: LocalValues;
  /** What the template asks for and sam-offline does not do; printed at start-up. */
  readonly warnings: readonly TemplateWarning[];
}

/** Values from outside of the stack, which a file gives here. */
export interface LocalValues {
  /** Of Parameter Store, by name. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Of Secrets Manager, by name. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Exports of other stacks, which `Fn::ImportValue` takes. */
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
  /** `nodejs24.x`, `python3.12`, `provided.al2023` …; absent for images. */
  readonly runtime?: string;
  /** `index.handler`; absent for images whose Dockerfile's CMD names it. */
  readonly handler?: string;
  readonly architecture: 'x86_64' | 'arm64';
  readonly memorySizeMb: number;
  readonly timeoutMs: number;
  readonly environment: Readonly<Record<string, string>>;
  /** `LoggingConfig`; absent: lines of text in the function's own log group. */
  readonly logging?: FunctionLogging;
  /** `Tracing: Active`: Lambda decides which invocations are traced, and is a part of the traces. */
  readonly isTraced?: boolean;
  /** `ReservedConcurrentExecutions`; 0 means that every invocation is throttled. */
  readonly reservedConcurrency?: number;
  readonly asyncInvoke: AsyncInvokeConfig;
  readonly functionUrls?: readonly FunctionUrl[];
  /** Its aliases and published versions, each with its version: `{ live: '1', '1': '1' }`. */
  readonly qualifiers?: Readonly<Record<string, string>>;
  /** `TenancyConfig`: every invocation names a tenant, and environments serve one tenant each. */
  readonly isIsolatedByTenant?: boolean;
  /** Whose permissions its calls have; absent: nothing is known of it, and its calls are not checked. */
  readonly role?: ExecutionRole;
  /** Folders and archives of the layers whose content is on this machine, absolute, in the function's order. */
  readonly layers: readonly string[];
}

export type SystemLogLevel = 'DEBUG' | 'INFO' | 'WARN';

export interface FunctionLogging {
  readonly format: 'Text' | 'JSON';
  /** Lines below it are dropped; with JSON only. */
  readonly applicationLevel: 'TRACE' | 'DEBUG' | 'INFO' | 'WARN' | 'ERROR' | 'FATAL';
  /** Lambda's own lines below it are dropped; with JSON only. */
  readonly systemLevel: SystemLogLevel;
  /** What the function sees as the name of its log group. */
  readonly logGroup?: string;
}

export type FunctionCode =
  /** `CodeUri` is a folder. */
  | { readonly type: 'zip'; readonly directory: string }
  /** `CodeUri` is a zip or jar archive, or a single file; absolute. */
  | { readonly type: 'file'; readonly file: string }
  | { readonly type: 'inline'; readonly source: string }
  /** The code is not on this machine, so the function fails when it is invoked. */
  | { readonly type: 'missing'; readonly reason: string }
  | {
      readonly type: 'image';
      /** `Metadata.DockerContext`, absolute. */
      readonly contextDirectory: string;
      /** `Metadata.Dockerfile`, absolute (resolved against the context). */
      readonly dockerfile: string;
      /** `ImageConfig.Command`, which overrides the Dockerfile's CMD. */
      readonly command?: readonly string[];
      readonly entryPoint?: readonly string[];
      readonly workingDirectory?: string;
    };

/** `EventInvokeConfig` and `DeadLetterQueue`: what happens to asynchronous invocations. */
export interface AsyncInvokeConfig {
  /** 0 to 2; AWS's default is 2. */
  readonly maximumRetryAttempts: number;
  /** 60 s to 6 h; AWS's default is 6 h. */
  readonly maximumEventAgeMs: number;
  /** ARN of a queue or function. */
  readonly onSuccessArn?: string;
  readonly onFailureArn?: string;
  /** ARN of the queue of `DeadLetterQueue`, which gets the bare event. */
  readonly deadLetterArn?: string;
}

export interface FunctionUrl {
  readonly logicalId: string;
  /** Of the function, or of the alias that the URL invokes: its policy says who may use the URL. */
  readonly functionArn: string;
  /** The host's first label, `<urlId>.lambda-url.<region>.on.aws`; stable for a stack name and logical id. */
  readonly urlId: string;
  readonly authType: 'NONE' | 'AWS_IAM';
  readonly cors?: Cors;
  readonly invokeMode: 'BUFFERED' | 'RESPONSE_STREAM';
}

/** Where a route sends its event. */
export type Integration =
  /** `AWS_PROXY` to a function of this stack. */
  | {
      readonly type: 'lambda';
      readonly functionLogicalId: string;
      /**
       * What is invoked, with the alias or version: its policy says whether API Gateway may. Absent where the
       * integration has a role of its own, which is not checked.
       */
      readonly functionArn?: string;
      /** Where a REST API takes the tenant from: `method.request.header.x-tenant`, `context.authorizer.tenant`, `'blue'`. */
      readonly tenantFrom?: string;
      readonly timeoutMs: number;
    }
  | MappedIntegration;

/**
 * What of an API with `DisableExecuteApiEndpoint` refuses every request: its hosts on AWS, or every address, where the
 * template gives it no domain name.
 */
export type DisabledEndpoint = 'execute-api-hosts' | 'everywhere';

/** Where a stage writes its access log. */
export interface AccessLogSettings {
  /** The name of the log group. */
  readonly logGroup: string;
  /** A line with `$context` variables. */
  readonly format: string;
}

export interface WebSocketApi extends RouteThrottles {
  readonly logicalId: string;
  /** Generated, ten characters, stable for a stack name and logical id. */
  readonly apiId: string;
  readonly name: string;
  readonly stageName: string;
  readonly stageVariables: Readonly<Record<string, string>>;
  readonly accessLog?: AccessLogSettings;
  readonly disabledEndpoint?: DisabledEndpoint;
  /** `$request.body.action` */
  readonly routeSelectionExpression: string;
  readonly routes: readonly WebSocketRoute[];
}

export interface WebSocketRoute {
  /** `$connect`, `$disconnect`, `$default` or a key of one's own. */
  readonly routeKey: string;
  readonly integration: Integration;
  /** True when the body that the handler returns goes to the client, as a route response. */
  readonly hasRouteResponse: boolean;
  /** Absent where no expression selects a model. */
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
  /** As AWS gives it to the authorizer: it is in the source ARN of the permission. */
  readonly authorizerId: string;
  readonly functionLogicalId: string;
  /** What is invoked; absent where the authorizer has a role of its own, which is not checked. */
  readonly functionArn?: string;
  /** `route.request.header.Authorization`, `$request.querystring.token` … */
  readonly identitySources: readonly string[];
  /** `1.0` or `2.0` (HTTP APIs only). */
  readonly payloadFormatVersion: '1.0' | '2.0';
  readonly enableSimpleResponses: boolean;
  readonly resultTtlMs: number;
  /** A TOKEN authorizer of a REST API: its event has the token and nothing else of the request. */
  readonly token?: {
    /** A token that does not match it is refused, and the function is not asked. */
    readonly validation?: RegExp;
  };
}

export interface Throttle {
  /** Requests a second. */
  readonly rateLimit: number;
  readonly burstLimit: number;
}

/** What the template sets of a stage's throttles. Each holds for one route. */
export interface RouteThrottles {
  /** `DefaultRouteSettings` */
  readonly throttle?: Throttle;
  /** `RouteSettings`, by route key. */
  readonly routeThrottles?: Readonly<Record<string, Throttle>>;
}

export interface HttpApi extends RouteThrottles {
  readonly logicalId: string;
  readonly apiId: string;
  readonly name: string;
  /** What only REST APIs have (`AWS::Serverless::Api`); absent for HTTP APIs. */
  readonly rest?: RestSettings;
  /** `$default` has no segment in the path. */
  readonly stageName: string;
  readonly stageVariables: Readonly<Record<string, string>>;
  readonly accessLog?: AccessLogSettings;
  readonly disabledEndpoint?: DisabledEndpoint;
  readonly cors?: Cors;
  readonly routes: readonly HttpRoute[];
  /** Routes that call a service, without a function. */
  readonly serviceRoutes?: readonly HttpServiceRoute[];
  /** Routes whose integration maps its requests: those of REST APIs, and `HTTP_PROXY` of HTTP APIs. */
  readonly mappedRoutes?: readonly MappedRoute[];
}

/** A route with an integration that is no proxy of a function. */
export interface MappedRoute {
  readonly method: string;
  readonly path: string;
  readonly authorization: HttpAuthorization;
  readonly integration: MappedIntegration;
  /** REST APIs only. */
  readonly validation?: RequestValidation;
  /** REST APIs only: a request needs a key of a usage plan. */
  readonly requiresApiKey?: boolean;
  /** HTTP APIs only. */
  readonly parameterMapping?: ParameterMapping;
}

/** How an HTTP API changes requests before their integration gets them, and responses before the client does. */
export interface ParameterMapping {
  /** `append:header.name` → `$request.path.id` */
  readonly request: Readonly<Record<string, string>>;
  /** The same by the status of the response. */
  readonly responses: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** The first-class integrations that run here. */
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
  /** Whose permissions the call has. */
  readonly role?: ExecutionRole;
  /** By the service's name of the parameter: a text, or what of the request it is. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** A REST API. */
export interface RestApi extends HttpApi {
  readonly rest: RestSettings;
}

export interface RestSettings {
  /** Bodies of these types are base64 in events; every other body is text. */
  readonly binaryMediaTypes: readonly string[];
  /** By the type of the error: `UNAUTHORIZED`, `DEFAULT_4XX` … */
  readonly gatewayResponses: Readonly<Record<string, GatewayResponseSettings>>;
  /** Where the API key of a request is: in its `x-api-key`, or in what the Lambda authorizer returned. */
  readonly apiKeySource: 'HEADER' | 'AUTHORIZER';
  /** Those that have the API's stage. */
  readonly usagePlans: readonly UsagePlan[];
}

/** An `AWS::ApiGateway::UsagePlan`, as one stage of an API has it. */
export interface UsagePlan {
  readonly planId: string;
  readonly keys: readonly ApiKey[];
  /** Of each key, for all stages of the plan together. */
  readonly throttle?: Throttle;
  /** Of each key at this stage, by path and method: `/pets/GET`. */
  readonly methodThrottles: Readonly<Record<string, Throttle>>;
  readonly quota?: UsageQuota;
}

export interface ApiKey {
  readonly logicalId: string;
  readonly keyId: string;
  /** What clients send. */
  readonly value: string;
}

/** The requests that each key of a usage plan has in a period. */
export interface UsageQuota {
  readonly limit: number;
  readonly period: 'DAY' | 'WEEK' | 'MONTH';
  /** Days by which a period starts later than on Sunday, or on the first of a month. */
  readonly offsetDays: number;
}

/** What a REST API says instead of an error of API Gateway. */
export interface GatewayResponseSettings {
  readonly statusCode?: number;
  /** Mapping expressions by header: `'text'`, `method.request.header.Origin`. */
  readonly headers: Readonly<Record<string, string>>;
  /** Bodies by content type, with `$context` variables in them. */
  readonly templates: Readonly<Record<string, string>>;
}

export interface HttpRoute {
  /** `GET` … or `ANY`. */
  readonly method: string;
  /** `/posts/{postId}`, `/files/{path+}`, or `$default`. */
  readonly path: string;
  readonly integration: Extract<Integration, { type: 'lambda' }>;
  readonly payloadFormatVersion: '1.0' | '2.0';
  readonly authorization: HttpAuthorization;
  /** REST APIs only. */
  readonly validation?: RequestValidation;
  /** REST APIs only: a request needs a key of a usage plan. */
  readonly requiresApiKey?: boolean;
  /** HTTP APIs only. */
  readonly parameterMapping?: ParameterMapping;
}

export type HttpAuthorization =
  | { readonly type: 'none' }
  | { readonly type: 'iam' }
  | {
      readonly type: 'jwt';
      readonly name: string;
      /** `$request.header.Authorization` */
      readonly identitySource: string;
      readonly issuer: string;
      readonly audience: readonly string[];
      /** Scopes of which the token must have one; empty: none is required. */
      readonly scopes: readonly string[];
    }
  /** REST APIs only. */
  | {
      readonly type: 'cognito';
      readonly name: string;
      /** `$request.header.Authorization` */
      readonly identitySource: string;
      /** The addresses of the user pools, as tokens have them in `iss`. */
      readonly issuers: readonly string[];
      /** Scopes of which an access token must have one; empty: an identity token is asked for. */
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
  /** The attribute that holds the expiry in epoch seconds. */
  readonly ttlAttribute?: string;
  readonly streamViewType?: 'NEW_IMAGE' | 'OLD_IMAGE' | 'NEW_AND_OLD_IMAGES' | 'KEYS_ONLY';
  /** What `!GetAtt Table.StreamArn` gives; present where there is a stream. */
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
  /** What `!Ref Queue` gives, on AWS's host. */
  readonly url: string;
  /** `CreateQueue` attributes (`VisibilityTimeout`, `RedrivePolicy` …), as strings. */
  readonly attributes: Readonly<Record<string, string>>;
}

export type Alarm = MetricAlarm | CompositeAlarm;

/** What both kinds of alarm have. */
interface AlarmBase {
  readonly logicalId: string;
  readonly alarmName: string;
  readonly arn: string;
  readonly description?: string;
  readonly actionsEnabled: boolean;
  /** ARNs of the targets that are notified when the alarm gets into a state. */
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
   * One metric, or metrics and expressions of which one is returned: that is compared with the
   * threshold. All have the same period.
   */
  readonly queries: readonly AlarmQuery[];
  /** Whether the template has `Metrics`, rather than one metric. */
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
    /** `Sum`, `p99` … */
    readonly stat: string;
    readonly unit?: string;
  };
  readonly periodSeconds?: number;
  readonly returnData: boolean;
}

/** An `AWS::CloudWatch::CompositeAlarm`. */
export interface CompositeAlarm extends AlarmBase {
  readonly type: 'composite';
  /** `ALARM("a") AND NOT OK("b")` */
  readonly rule: string;
  readonly suppressor?: {
    /** Name or ARN of an alarm. */
    readonly alarm: string;
    readonly waitMs: number;
    readonly extensionMs: number;
  };
}

export interface EventSourceMapping {
  readonly logicalId: string;
  readonly functionLogicalId: string;
  /** What is invoked, with the alias or version; the function's own ARN where absent. */
  readonly functionArn?: string;
  readonly source:
    | {
        readonly type: 'dynamodb';
        readonly tableLogicalId: string;
        readonly startingPosition: 'LATEST' | 'TRIM_HORIZON';
        /** Absent: for as long as the record lives (24 h). */
        readonly maximumRetryAttempts?: number;
        readonly maximumRecordAgeMs?: number;
        readonly bisectBatchOnFunctionError: boolean;
        readonly parallelizationFactor: number;
        /** ARN of a queue. */
        readonly onFailureArn?: string;
      }
    | {
        readonly type: 'sqs';
        readonly queueLogicalId: string;
        /** `ScalingConfig.MaximumConcurrency`. */
        readonly maximumConcurrency?: number;
      };
  readonly enabled: boolean;
  /** Items. */
  readonly batchSize: number;
  readonly batchWindowMs: number;
  readonly reportBatchItemFailures: boolean;
  /** Event filter patterns, parsed; empty: everything passes. */
  readonly filterPatterns: readonly Readonly<Record<string, unknown>>[];
}

/** A CloudWatch dashboard, as the console draws it. */
export interface Dashboard {
  readonly logicalId: string;
  readonly name: string;
  /** JSON with every intrinsic function resolved; whether it is valid is looked at when it is drawn. */
  readonly body: string;
}
