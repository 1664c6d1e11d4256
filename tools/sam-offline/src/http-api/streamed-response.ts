import { PassThrough } from 'node:stream';
import { MalformedResponseError, readResult, type ResultFormat } from './function-result.ts';
import { isRecord } from '../is-record.ts';
import type { HttpResponse } from './response.ts';

/**
 * The content type of a stream in which the status code, headers and cookies come before the body.
 */
const HTTP_INTEGRATION_RESPONSE = 'application/vnd.awslambda.http-integration-response';
/** The bytes between a streamed response's metadata and its body. */
const PRELUDE_END = Buffer.alloc(8);
const DEFAULT_CONTENT_TYPE = 'application/octet-stream';

/**
 * The response that a function streams to a client. It begins with the function's first bytes, or
 * when its metadata are complete. The body is passed on as it arrives.
 */
export class StreamedResponse {
  readonly #format: ResultFormat;
  readonly #contentType: string;
  readonly #begin: (response: HttpResponse | MalformedResponseError) => void;
  readonly #body = new PassThrough();
  /** The received bytes of the metadata; undefined after the response has begun. */
  #prelude: Buffer | undefined = Buffer.alloc(0);
  /** The size of the body so far, in bytes. */
  bytes = 0;

  /**
   * @param contentType the content type that the runtime sent
   * @param begin gets the response when it begins, or an error if its metadata cannot be read
   * @param resume called when bytes can be written again after `write` returned false
   */
  constructor(
    contentType: string | undefined,
    format: ResultFormat,
    begin: (response: HttpResponse | MalformedResponseError) => void,
    resume: () => void,
  ) {
    this.#format = { ...format, defaultContentType: DEFAULT_CONTENT_TYPE };
    this.#contentType = contentType ?? DEFAULT_CONTENT_TYPE;
    this.#begin = begin;
    // The sender of the body has its own listener for errors, but there may be no sender yet.
    this.#body.on('error', () => undefined);
    this.#body.on('drain', resume);
    this.#body.on('close', resume);
  }

  /** @returns false if the client has not read enough yet; `resume` is called later */
  write(chunk: Buffer): boolean {
    if (this.#prelude === undefined) return this.#add(chunk);
    if (this.#contentType !== HTTP_INTEGRATION_RESPONSE) {
      this.#beginPlain();
      return this.#add(chunk);
    }
    this.#prelude = Buffer.concat([this.#prelude, chunk]);
    const end = this.#prelude.indexOf(PRELUDE_END);
    if (end === -1) return true;
    const body = this.#prelude.subarray(end + PRELUDE_END.length);
    const text = this.#prelude.toString('utf8', 0, end);
    this.#prelude = undefined;
    const response = this.#readMetadata(text);
    // Nobody reads the body of a response without valid metadata.
    if (response instanceof MalformedResponseError) this.#body.destroy();
    this.#begin(response);
    return this.#add(body);
  }

  /** Called when the function has ended its stream. */
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

  /**
   * Called if the function failed while it streamed.
   * @returns false if the response has not begun
   */
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
      if (!isRecord(metadata)) throw new MalformedResponseError('the metadata are not an object');
      const response = readResult({ statusCode: 200, ...metadata }, this.#format, '');
      return { ...response, stream: this.#body };
    } catch (error) {
      if (error instanceof MalformedResponseError) return error;
      return new MalformedResponseError(`the metadata are not JSON: ${text.slice(0, 60)}`);
    }
  }

  #add(chunk: Buffer): boolean {
    this.bytes += chunk.length;
    // If the client has closed the connection, the function can continue to write, as on AWS:
    // "a response stream isn't interrupted or stopped when the invoking client connection is broken"
    // (https://docs.aws.amazon.com/lambda/latest/dg/configuration-response-streaming.html).
    return chunk.length === 0 || !this.#body.writable || this.#body.write(chunk);
  }
}
