/** Headers by lower-case name, as `node:http` gives them. */
export type RequestHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

/** A request as it came over the wire: nothing in it decoded. */
export interface SignedRequest {
  readonly method: string;
  /** The raw path, percent-encoding untouched, without the query. */
  readonly path: string;
  /** The raw query without the question mark; empty when the URL has no query. */
  readonly query: string;
  readonly headers: RequestHeaders;
  /** The body's bytes, or their SHA-256 in hexadecimal where it is known already. */
  readonly body: Uint8Array | { readonly sha256: string };
}
