/** Headers by lower-case name, as `node:http` gives them. */
export type RequestHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

/** A request as it was received, without any decoding. */
export interface SignedRequest {
  readonly method: string;
  /** The raw path, still percent-encoded, without the query string. */
  readonly path: string;
  /** The raw query string without the question mark; empty if the URL has none. */
  readonly query: string;
  readonly headers: RequestHeaders;
  /** The body's bytes, or their SHA-256 in hexadecimal if it is already known. */
  readonly body: Uint8Array | { readonly sha256: string };
}
