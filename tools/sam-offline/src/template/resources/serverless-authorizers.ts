import type { ResourceEntry } from '../entries.ts';
import type { HttpAuthorization, LambdaAuthorizer } from '../model.ts';
import { httpApiAuth, restApiAuth } from '../properties/index.ts';
import { generatedId } from '../names.ts';
import { Reader } from '../reader.ts';
import { didYouMean } from '../../suggestions.ts';
import { invokedBy } from './function-policies.ts';
import { defaultTtlSeconds, issuerOfUserPool, tokenSettings } from './authorizers.ts';
import { payloadFormatOf } from './integrations.ts';
import type { StackResources } from './stack-resources.ts';

/** Reads `Auth` of a SAM API, and gives the authorization of routes. */
export class ServerlessAuthorizers {
  readonly #api: ResourceEntry;
  readonly #auth: Reader | undefined;
  readonly #resources: StackResources;
  readonly #isRest: boolean;

  constructor(api: ResourceEntry, properties: Reader, resources: StackResources) {
    this.#api = api;
    this.#isRest = api.type === 'AWS::Serverless::Api';
    this.#auth = properties.map('Auth')?.check(this.#isRest ? restApiAuth : httpApiAuth);
    this.#resources = resources;
    this.#checkDefault();
  }

  /**
   * Gives the authorization of an event's route.
   * @param event the properties of an `HttpApi` or `Api` event
   */
  authorization(event: Reader): HttpAuthorization {
    const auth = event.map('Auth');
    const name = auth?.text('Authorizer') ?? this.#auth?.text('DefaultAuthorizer');
    if (name === undefined || name === 'NONE') return { type: 'none' };
    const scopes = auth?.texts('AuthorizationScopes');
    if (name === 'AWS_IAM' && !this.#names.includes(name)) {
      const isEnabled = this.#isRest || this.#auth?.boolean('EnableIamAuthorizer') === true;
      if (isEnabled) return { type: 'iam' };
      event.diagnostics.error(
        event.at('Auth'),
        `AWS_IAM needs EnableIamAuthorizer: true in the Auth of ${this.#api.logicalId}`,
      );
      return { type: 'none' };
    }
    const authorizer = this.#auth?.map('Authorizers')?.map(name);
    if (authorizer === undefined) {
      const hint = didYouMean(name, this.#names);
      event.diagnostics.error(
        event.at('Auth'),
        `${this.#api.logicalId} has no authorizer \`${name}\`${hint}`,
      );
      return { type: 'none' };
    }
    return this.#named(name, authorizer, scopes);
  }

  /** Gives the authorization of a route without its own setting. */
  ofDefault(): HttpAuthorization {
    const name = this.#auth?.text('DefaultAuthorizer');
    if (name === undefined || name === 'NONE') return { type: 'none' };
    if (name === 'AWS_IAM' && !this.#names.includes(name)) return { type: 'iam' };
    const authorizer = this.#auth?.map('Authorizers')?.map(name);
    return authorizer === undefined ? { type: 'none' } : this.#named(name, authorizer, undefined);
  }

  get #names(): string[] {
    return this.#auth?.map('Authorizers')?.names ?? [];
  }

  #checkDefault(): void {
    const name = this.#auth?.text('DefaultAuthorizer');
    if (name === undefined || this.#names.includes(name)) return;
    if (name === 'AWS_IAM' || (this.#isRest && name === 'NONE')) return;
    this.#auth?.expected('DefaultAuthorizer', `one of ${[...this.#names, 'AWS_IAM'].join(', ')}`);
  }

  #named(
    name: string,
    authorizer: Reader,
    scopes: readonly string[] | undefined,
  ): HttpAuthorization {
    if (authorizer.has('JwtConfiguration')) return jwt(name, authorizer, scopes);
    if (authorizer.has('UserPoolArn')) return this.#cognito(name, authorizer, scopes);
    const made = this.#lambda(name, authorizer);
    return made === undefined ? { type: 'none' } : { type: 'lambda', authorizer: made };
  }

  #lambda(name: string, authorizer: Reader): LambdaAuthorizer | undefined {
    const arn = authorizer.requiredText('FunctionArn', 'the ARN of a function');
    if (arn === undefined) return undefined;
    const functionLogicalId = this.#resources.functionOrWarn(
      arn,
      authorizer.path,
      'the authorizer',
    );
    const version = this.#isRest
      ? '1.0'
      : payloadFormatOf(authorizer, 'AuthorizerPayloadFormatVersion');
    if (version === undefined && !authorizer.has('AuthorizerPayloadFormatVersion')) {
      authorizer.diagnostics.error(
        authorizer.path,
        'AuthorizerPayloadFormatVersion is missing: 1.0 or 2.0',
      );
    }
    const identity = authorizer.map('Identity');
    const isToken = this.#isRest && authorizer.text('FunctionPayloadType') !== 'REQUEST';
    const identitySources = isToken
      ? [tokenSourceOf(identity)]
      : identity === undefined
        ? []
        : identitySourcesOf(identity);
    const ttlSeconds = identity?.number('ReauthorizeEvery', {
      unit: 'seconds',
      minimum: 0,
      maximum: 3600,
    });
    if (functionLogicalId === undefined) return undefined;
    const role = this.#isRest ? identity : authorizer;
    const roleName = this.#isRest ? 'InvokeRole' : 'FunctionInvokeRole';
    return {
      name,
      authorizerId: generatedId(this.#resources.stack, `${this.#api.logicalId}/${name}`, 6),
      functionLogicalId,
      ...(this.#isChecked(authorizer, functionLogicalId) &&
        invokedBy(role ?? authorizer, roleName, arn, this.#resources)),
      identitySources,
      payloadFormatVersion: version ?? '2.0',
      enableSimpleResponses: authorizer.boolean('EnableSimpleResponses') ?? false,
      resultTtlMs: (ttlSeconds ?? (identitySources.length > 0 ? defaultTtlSeconds : 0)) * 1000,
      ...(isToken && { token: tokenSettings(identity, 'ValidationExpression') }),
    };
  }

  /**
   * Tells whether the permission to invoke an authorizer is checked. For an authorizer of an HTTP
   * API, SAM makes a permission only with `EnableFunctionDefaultPermissions`. If the template has
   * no permission for API Gateway, a warning reports it, and the authorizer is invoked here.
   */
  #isChecked(authorizer: Reader, functionLogicalId: string): boolean {
    if (this.#isRest || authorizer.has('FunctionInvokeRole')) return true;
    if (authorizer.boolean('EnableFunctionDefaultPermissions') === true) return true;
    const hasPermission = this.#resources
      .ofType('AWS::Lambda::Permission')
      .filter(({ generatedBy }) => generatedBy === undefined)
      .map((entry) => this.#resources.read(entry).text('FunctionName') ?? '')
      .some((name) => this.#resources.functionOf(name)?.logicalId === functionLogicalId);
    if (!hasPermission) {
      authorizer.diagnostics.warn(
        authorizer.path,
        'AWS does not let the API invoke this authorizer, and responds with 500: set EnableFunctionDefaultPermissions: true; here it is invoked',
      );
    }
    return hasPermission;
  }

  /** @see https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-api-cognitoauthorizer.html */
  #cognito(
    name: string,
    authorizer: Reader,
    scopes: readonly string[] | undefined,
  ): HttpAuthorization {
    const issuers = (authorizer.texts('UserPoolArn') ?? []).map(issuerOfUserPool);
    return {
      ...{ type: 'cognito', name, issuers },
      identitySource: tokenSourceOf(authorizer.map('Identity')),
      scopes: scopes ?? authorizer.texts('AuthorizationScopes') ?? [],
    };
  }
}

/** Gives the identity source with the token of a TOKEN or Cognito authorizer. */
function tokenSourceOf(identity: Reader | undefined): string {
  return `$request.header.${identity?.text('Header') ?? 'Authorization'}`;
}

function jwt(
  name: string,
  authorizer: Reader,
  scopes: readonly string[] | undefined,
): HttpAuthorization {
  authorizer.check({ used: ['AuthorizationScopes', 'IdentitySource', 'JwtConfiguration'] });
  const identitySource = authorizer.requiredText(
    'IdentitySource',
    'the source of the token, such as $request.header.Authorization',
  );
  // SAM accepts the keys in upper and lower case: `issuer` and `Issuer`.
  const written = authorizer.map('JwtConfiguration');
  const configuration = Reader.forValue(
    Object.fromEntries(
      (written?.names ?? []).map((key) => [key.toLowerCase(), written?.value(key) ?? null]),
    ),
    authorizer.at('JwtConfiguration'),
    authorizer.diagnostics,
  ).check({ used: ['audience', 'issuer'] });
  return {
    type: 'jwt',
    name,
    identitySource: identitySource ?? '$request.header.Authorization',
    issuer: configuration.requiredText('issuer', 'the URL of an issuer') ?? '',
    audience: configuration.texts('audience') ?? [],
    scopes: scopes ?? authorizer.texts('AuthorizationScopes') ?? [],
  };
}

function identitySourcesOf(identity: Reader): string[] {
  const kinds = [
    ['Headers', '$request.header.'],
    ['QueryStrings', '$request.querystring.'],
    ['StageVariables', '$stageVariables.'],
    ['Context', '$context.'],
  ] as const;
  return kinds.flatMap(([name, prefix]) =>
    (identity.texts(name) ?? []).map((value) => `${prefix}${value}`),
  );
}
