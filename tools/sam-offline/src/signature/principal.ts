/** Who signed a request: the operator (who may do everything) or a function of the stack. */
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
   * Of a function's execution environment: the invocation that it runs, or ran last; what it calls
   * belongs to it. Undefined before the first one.
   */
  readonly invocation?: () => SigningInvocation | undefined;
}

/** An invocation that signs calls, and its place in its trace. */
export interface SigningInvocation {
  readonly requestId: string;
  readonly traceId: string;
  readonly segmentId: string | undefined;
}

/** Finds the key pair that belongs to an access key id. */
export interface CredentialStore {
  find(accessKeyId: string): Principal | undefined;
}
