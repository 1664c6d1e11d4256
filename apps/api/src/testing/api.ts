/* eslint-disable @typescript-eslint/require-await -- the real interface is asynchronous */
import { InvalidTokenError } from '@blogapp/identity';
import { createApp } from '../app.ts';
import type { Api } from '../app.ts';
import {
  InMemoryComments,
  InMemoryFavorites,
  InMemoryIdempotency,
  InMemoryPosts,
  InMemoryRateLimiter,
} from './in-memory.ts';

export const service = {
  version: '1.2.3',
  environment: 'staging',
  webOrigin: 'https://web.example',
};

export interface RequestOptions {
  readonly headers?: Readonly<Record<string, string>>;
  /** The body; a text is sent unchanged, and any other value as JSON. */
  readonly body?: unknown;
  /** The user whose token is sent: `bob` sends the token `bob`. */
  readonly as?: string;
}

/** The API over tables in memory. */
export class TestApi {
  readonly posts = new InMemoryPosts();
  readonly comments = new InMemoryComments(this.posts);
  readonly favorites = new InMemoryFavorites(this.posts);
  readonly idempotency = new InMemoryIdempotency();
  readonly writes = new InMemoryRateLimiter();
  readonly verifier = {
    verify: async (token: string) => {
      if (token === 'expired') throw new InvalidTokenError('expired');
      if (!/^[a-z]+$/.test(token)) throw new InvalidTokenError('malformed');
      return { userId: token, name: `The ${token}` };
    },
  };
  readonly app: Api = createApp(this, service);

  async send(
    method: string,
    path: string,
    { headers, body, as }: RequestOptions = {},
  ): Promise<Response> {
    const init = {
      method,
      headers: {
        ...(as !== undefined && { authorization: `Bearer ${as}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && {
        body: typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body),
      }),
    };
    return this.app.request(path, init, { correlationId: 'abc' });
  }

  /** Creates a post as Alice; resolves with its id. */
  async post(overrides: { title?: string; body?: string } = {}): Promise<string> {
    const post = await this.posts.create({
      authorId: 'alice',
      title: 'A title',
      body: 'A body',
      correlationId: 'abc',
      ...overrides,
    });
    return post.postId;
  }
}
