/** Who signed a request: the operator, who may do everything, or a function of the stack. */
export interface Principal {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly accountId: string;
  /** `operator`, or the function's logical id. */
  readonly name: string;
  /** `arn:aws:iam::123456789012:user/operator`, `arn:aws:sts::…:assumed-role/<function>-role/<function>`. */
  readonly arn: string;
  /**
   * Gives the invocation that the function's execution environment runs, or ran last. Its calls
   * belong to this invocation. Undefined before the first invocation.
   */
  readonly invocation?: () => SigningInvocation | undefined;
}

/** An invocation that signs calls, and its segment in its trace. */
export interface SigningInvocation {
  readonly requestId: string;
  readonly traceId: string;
  readonly segmentId: string | undefined;
}

/** Finds the principal with an access key id. */
export interface CredentialStore {
  find(accessKeyId: string): Principal | undefined;
}
