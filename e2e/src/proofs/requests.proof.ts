import { THROWS } from '../support/deployments.ts';
import { proofStack, prove } from '../support/proof.ts';
import { signIn } from '../support/sign-in.ts';
import { times } from '../support/times.ts';

const stack = proofStack({ deployable: ['api'], limits: ['concurrency=4', 'tableReads=4'] });

let postId: string;

beforeAll(async () => {
  const { api } = await signIn(stack().target);
  ({ postId } = (await api.posts.create({ title: 'Requests', body: 'x' })).post);
});

/** Sends a request to the API, and ignores the response. */
const get = async (path: string): Promise<void> => {
  await (await fetch(`${stack().target.HttpApiUrl}${path}`)).text();
};

prove(stack, [
  {
    alarm: 'server-errors',
    implies: ['function-errors', 'requests-fail'],
    start: () => stack().deploy('api', THROWS),
    meanwhile: () => get('/health'),
    end: () => stack().goBack('api'),
  },
  {
    alarm: 'function-throttles',
    // A request gets a 503 when the function has no concurrency left.
    implies: ['server-errors', 'requests-fail'],
    meanwhile: () => times(40, () => get('/health')),
  },
  {
    alarm: 'table-throttles',
    // The SDK tries again until it succeeds, so requests are slow and none fails.
    implies: ['requests-fail'],
    meanwhile: () =>
      times(3, async () => {
        for (let count = 0; count < 10; count += 1) await get(`/posts/${postId}`);
      }),
  },
]);
