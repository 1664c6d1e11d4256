/** The caller that a request's signature identifies. */
export interface Principal {
  /** `operator` for the developer's own tools, or a function's logical id. */
  readonly name: string;
  /** The ARN of the IAM user, or of the role's session. */
  readonly arn: string;
}

/** An AWS service that makes a call for a resource. */
export interface ServiceCaller {
  /** `apigateway.amazonaws.com` */
  readonly service: string;
  /**
   * The resource that it makes the call for: `arn:aws:execute-api:<region>:<account>:<api
   * id>/<stage>/GET/posts`
   */
  readonly sourceArn: string;
}
