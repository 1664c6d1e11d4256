import { PassThrough } from 'node:stream';
import { MalformedResponseError, readResult, type ResultFormat } from './function-result.ts';
import { isRecord } from './json.ts';
import type { HttpResponse } from './response.ts';

/** What the runtime calls a stream that has status code, headers and cookies ahead of its body. */
const HTTP_INTEGRATION_RESPONSE = 'application/vnd.awslambda.http-integration-response';
/** What stands between a streamed response's metadata and its body. */
const PRELUDE_END = Buffer.alloc(8);
const DEFAULT_CONTENT_TYPE = 'application/octet-stream';

/**
 * The response that a function streams, on its way to a client: it begins with the function's first
 * bytes, or once its metadata are there, and the body follows as it comes.
 */
export class StreamedResponse {
  readonly #format: ResultFormat;
  readonly #contentType: string;
  readonly #begin: (response: HttpResponse | MalformedResponseError) => void;
  readonly #body = new PassThrough();
  /** Bytes of metadata that have come; undefined once the response has begun. */
  #prelude: Buffer | undefined = Buffer.alloc(0);
  /** Of the body. */
  bytes = 0;

  /**
   * @param contentType as the runtime sent it
   * @param begin gets the response without waiting for its end; or an error where its metadata cannot be read
   */
  constructor(
    contentType: string | undefined,
    format: ResultFormat,
    begin: (response: HttpResponse | MalformedResponseError) => void,
  ) {
    this.#format = { ...format, defaultContentType: DEFAULT_CONTENT_TYPE };
    this.#contentType = contentType ?? DEFAULT_CONTENT_TYPE;
    this.#begin = begin;
    // Who sends the body is told by its own listener, and nobody may be sending yet.
    this.#body.on('error', () => undefined);
  }

  write(chunk: Buffer): void {
    if (this.#prelude === undefined) {
      this.#add(chunk);
      return;
    }
    if (this.#contentType !== HTTP_INTEGRATION_RESPONSE) {
      this.#beginPlain();
      this.#add(chunk);
      return;
    }
    this.#prelude = Buffer.concat([this.#prelude, chunk]);
    const end = this.#prelude.indexOf(PRELUDE_END);
    if (end === -1) return;
    const body = this.#prelude.subarray(end + PRELUDE_END.length);
    const text = this.#prelude.toString('utf8', 0, end);
    this.#prelude = undefined;
    this.#begin(this.#readMetadata(text));
    this.#add(body);
  }

  /** The function has ended its stream. */
  end(): void {
    if (this.#prelude !== undefined) {
      if (this.#contentType === HTTP_INTEGRATION_RESPONSE) {
        this.#begin(new MalformedResponseError('the stream ends within its metadata'));
      } else {
        this.#beginPlain();
      }
    }
    this.#body.end();
  }

  /** The function failed while it streamed. @returns false where the response has not begun */
  fail(error: Error): boolean {
    this.#body.destroy(error);
    return this.#prelude === undefined;
  }

  #beginPlain(): void {
    this.#prelude = undefined;
    const headers = [['Content-Type', this.#contentType] as const];
    this.#begin({ statusCode: 200, headers, body: '', stream: this.#body });
  }

  #readMetadata(text: string): HttpResponse | MalformedResponseError {
    try {
      const metadata: unknown = JSON.parse(text);
      if (!isRecord(metadata)) throw new MalformedResponseError('the metadata are no object');
      const response = readResult({ statusCode: 200, ...metadata }, this.#format, '');
      return { ...response, stream: this.#body };
    } catch (error) {
      if (error instanceof MalformedResponseError) return error;
      return new MalformedResponseError(`the metadata are no JSON: ${text.slice(0, 60)}`);
    }
  }

  #add(chunk: Buffer): void {
    this.bytes += chunk.length;
    // A client that has gone does not keep the function from writing, as on AWS.
    if (chunk.length > 0 && this.#body.writable) this.#body.write(chunk);
  }
}
