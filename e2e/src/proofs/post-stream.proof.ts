import { THROWS } from '../support/deployments.ts';
import { proofStack, prove } from '../support/proof.ts';
import { signIn } from '../support/sign-in.ts';

const bundle = 'ws-handlers/post-stream';
// In the end a failing batch is tried every 30 s: with shorter periods, most periods would have no
// attempt.
const stack = proofStack({ alarmPeriod: 20, deployable: [bundle] });

prove(stack, [
  {
    alarm: 'post-stream-age',
    implies: ['live-updates'],
    start: async () => {
      const { api } = await signIn(stack().target);
      const { postId } = (await api.posts.create({ title: 'Stream', body: 'x' })).post;
      await stack().deploy(bundle, THROWS);
      await api.favorites.put(postId);
    },
    end: () => stack().goBack(bundle),
  },
]);
