import type { ExecutionRole } from './model-shared.ts';

/** An integration with mappings for its request and response: every type except `AWS_PROXY`. */
export interface MappedIntegration {
  readonly type: 'mapped';
  readonly target: IntegrationTarget;
  readonly timeoutMs: number;
  /** True for `HTTP_PROXY`, which passes the request and the response on without changes. */
  readonly isProxy: boolean;
  readonly request: RequestMapping;
  readonly responses: readonly ResponseMapping[];
}

/** The target that an integration calls. */
export type IntegrationTarget =
  | { readonly type: 'mock' }
  | {
      readonly type: 'http';
      /** The HTTP method. If absent, it is the method of the client's request. */
      readonly method?: string;
      /** The URL, which may contain `{name}` for path parameters, and `${stageVariables.name}`. */
      readonly url: string;
    }
  /** An AWS service, which is called with the permissions of a role. */
  | {
      readonly type: 'service';
      readonly method: string;
      readonly region: string;
      /** The service's name in the URI and in the signature's scope: `dynamodb`, `sqs` … */
      readonly service: string;
      /** The operation, such as `PutItem`; absent if the URI has a path. */
      readonly action?: string;
      /** The path, such as `/{bucket}/{key}`. */
      readonly path: string;
      readonly role?: ExecutionRole;
    }
  | {
      readonly type: 'function';
      readonly functionLogicalId: string;
      /**
       * The ARN that is invoked; absent if the integration has its own role, which is not checked.
       */
      readonly functionArn?: string;
    };

export interface RequestMapping {
  /** The templates by content type, in WebSocket APIs by the result of the selection expression. */
  readonly templates: Readonly<Record<string, string>>;
  /** The selection expression of a WebSocket API: `${request.body.action}`, `\$default`. */
  readonly templateSelection?: string;
  readonly passthrough: 'WHEN_NO_MATCH' | 'WHEN_NO_TEMPLATES' | 'NEVER';
  /** `integration.request.header.X-Id` → `method.request.path.id` */
  readonly parameters: Readonly<Record<string, string>>;
  readonly contentHandling?: ContentHandling;
}

export interface ResponseMapping {
  /**
   * The pattern that the status, or a function's error message, has to match; absent for the
   * default.
   */
  readonly pattern?: string;
  /** The status; only for REST APIs. */
  readonly statusCode?: number;
  /** The templates by content type, or by the result of the selection expression. */
  readonly templates: Readonly<Record<string, string>>;
  readonly templateSelection?: string;
  /** `method.response.header.X-Id` → `integration.response.header.X-Id` */
  readonly parameters: Readonly<Record<string, string>>;
  readonly contentHandling?: ContentHandling;
}

export type ContentHandling = 'CONVERT_TO_BINARY' | 'CONVERT_TO_TEXT';

/** The validation of a request before its integration is called. */
export interface RequestValidation {
  /** The JSON schemas of bodies, by content type, or by the result of the selection expression. */
  readonly models: Readonly<Record<string, object>>;
  /** The selection expression of a WebSocket API. */
  readonly modelSelection?: string;
  /** The names of required headers and query parameters; only for REST APIs. */
  readonly headers?: readonly string[];
  readonly querystring?: readonly string[];
}
