import type { Denial, Enforcement } from '../iam/index.ts';

/** A stage of an API. */
interface Stage {
  readonly region: string;
  readonly accountId: string;
  readonly apiId: string;
  readonly stageName: string;
}

/**
 * Whether API Gateway may invoke the functions of an API's routes and authorizers, which the policies of the functions say
 * (`AWS::Lambda::Permission`). The template does not change while it runs, so each result is kept.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-control-access-using-iam-policies-to-invoke-api.html
 */
export class InvokePermissions {
  readonly #enforcement: Enforcement;
  readonly #stage: Stage;
  /** By function, and by route or authorizer. A route with every method has a result for each of them. */
  readonly #known = new Map<string, Map<string, Denial | undefined>>();

  constructor(enforcement: Enforcement, stage: Stage) {
    this.#enforcement = enforcement;
    this.#stage = stage;
  }

  /**
   * @param route `GET/posts/{postId}`, `$default`
   * @returns what to refuse the invocation with; undefined where it passes
   */
  refuse(functionArn: string, route: string): Denial | undefined {
    return this.#refuse(functionArn, `${this.#stage.stageName}/${route}`);
  }

  /** The same for the function of a Lambda authorizer. @param authorizerId as AWS gives it to the authorizer */
  refuseAuthorizer(functionArn: string, authorizerId: string): Denial | undefined {
    return this.#refuse(functionArn, `authorizers/${authorizerId}`);
  }

  /** @param source what of the API invokes the function */
  #refuse(functionArn: string, source: string): Denial | undefined {
    let ofFunction = this.#known.get(functionArn);
    if (ofFunction === undefined) {
      ofFunction = new Map();
      this.#known.set(functionArn, ofFunction);
    }
    const known = ofFunction.get(source);
    if (known !== undefined || ofFunction.has(source)) return known;
    const { region, accountId, apiId } = this.#stage;
    const partition = functionArn.split(':')[1] ?? 'aws';
    const denial = this.#enforcement.refuseInvocation(
      {
        service: 'apigateway.amazonaws.com',
        sourceArn: `arn:${partition}:execute-api:${region}:${accountId}:${apiId}/${source}`,
      },
      functionArn,
    );
    ofFunction.set(source, denial);
    return denial;
  }
}
