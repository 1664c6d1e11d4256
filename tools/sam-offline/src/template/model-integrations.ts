import type { ExecutionRole } from './model-shared.ts';

/** An integration that maps its request and response: every type but `AWS_PROXY`. */
export interface MappedIntegration {
  readonly type: 'mapped';
  readonly target: IntegrationTarget;
  readonly timeoutMs: number;
  /** `HTTP_PROXY`: the request and the response pass as they are. */
  readonly isProxy: boolean;
  readonly request: RequestMapping;
  readonly responses: readonly ResponseMapping[];
}

/** What an integration calls. */
export type IntegrationTarget =
  | { readonly type: 'mock' }
  | {
      readonly type: 'http';
      /** Absent: that of the client's request. */
      readonly method?: string;
      /** With `{name}` for path parameters, and `${stageVariables.name}`. */
      readonly url: string;
    }
  /** A service of AWS, with the permissions of a role. */
  | {
      readonly type: 'service';
      readonly method: string;
      readonly region: string;
      /** As the URI has it, and as signatures name it: `dynamodb`, `sqs` … */
      readonly service: string;
      /** `PutItem`; absent where the URI has a path. */
      readonly action?: string;
      /** `/{bucket}/{key}` */
      readonly path: string;
      readonly role?: ExecutionRole;
    }
  | {
      readonly type: 'function';
      readonly functionLogicalId: string;
      /** Absent where the integration has a role of its own, which is not checked. */
      readonly functionArn?: string;
    };

export interface RequestMapping {
  /** By content type; those of WebSocket APIs, by what their selection expression gives. */
  readonly templates: Readonly<Record<string, string>>;
  /** WebSocket APIs only: `${request.body.action}`, `\$default`. */
  readonly templateSelection?: string;
  readonly passthrough: 'WHEN_NO_MATCH' | 'WHEN_NO_TEMPLATES' | 'NEVER';
  /** `integration.request.header.X-Id` → `method.request.path.id` */
  readonly parameters: Readonly<Record<string, string>>;
  readonly contentHandling?: ContentHandling;
}

export interface ResponseMapping {
  /** What the status, or the error message of a function, has to match; absent for the default. */
  readonly pattern?: string;
  /** REST APIs only. */
  readonly statusCode?: number;
  /** By content type, or by what the selection expression gives. */
  readonly templates: Readonly<Record<string, string>>;
  readonly templateSelection?: string;
  /** `method.response.header.X-Id` → `integration.response.header.X-Id` */
  readonly parameters: Readonly<Record<string, string>>;
  readonly contentHandling?: ContentHandling;
}

export type ContentHandling = 'CONVERT_TO_BINARY' | 'CONVERT_TO_TEXT';

/** What is checked of a request before its integration is called. */
export interface RequestValidation {
  /** JSON schemas of bodies, by content type, or by what the selection expression gives. */
  readonly models: Readonly<Record<string, object>>;
  /** WebSocket APIs only. */
  readonly modelSelection?: string;
  /** REST APIs only: names of headers and of parameters of the query that must be there. */
  readonly headers?: readonly string[];
  readonly querystring?: readonly string[];
}
