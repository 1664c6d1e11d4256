/** Who calls, as the signature says. */
export interface Principal {
  /** `operator`, or a function's logical id. */
  readonly name: string;
  /** The ARN of the user, or of the session of the role. */
  readonly arn: string;
}

/** A service of AWS that acts for a resource. */
export interface ServiceCaller {
  /** `apigateway.amazonaws.com` */
  readonly service: string;
  /** What it acts for: `arn:aws:execute-api:<region>:<account>:<api id>/<stage>/GET/posts` */
  readonly sourceArn: string;
}
