import type { Denial, Enforcement } from '../iam/index.ts';

/** A stage of an API. */
interface Stage {
  readonly region: string;
  readonly accountId: string;
  readonly apiId: string;
  readonly stageName: string;
}

/**
 * Tells whether API Gateway may invoke the functions of an API's routes and authorizers. The
 * functions' resource policies (`AWS::Lambda::Permission`) decide. Each result is kept, because the
 * template does not change while the stack runs.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-control-access-using-iam-policies-to-invoke-api.html
 */
export class InvokePermissions {
  readonly #enforcement: Enforcement;
  readonly #stage: Stage;
  /**
   * The results by function, and by route or authorizer. A route with the method ANY has a result
   * for each method.
   */
  readonly #known = new Map<string, Map<string, Denial | undefined>>();

  constructor(enforcement: Enforcement, stage: Stage) {
    this.#enforcement = enforcement;
    this.#stage = stage;
  }

  /**
   * @param route `GET/posts/{postId}`, `$default`
   * @returns the denial; undefined if the invocation is allowed
   */
  refuse(functionArn: string, route: string): Denial | undefined {
    return this.#refuse(functionArn, `${this.#stage.stageName}/${route}`);
  }

  /**
   * The same for the function of a Lambda authorizer.
   * @param authorizerId the authorizer's id in API Gateway
   */
  refuseAuthorizer(functionArn: string, authorizerId: string): Denial | undefined {
    return this.#refuse(functionArn, `authorizers/${authorizerId}`);
  }

  /** @param source the part of the source ARN after the API's id */
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
