import { THROWS } from '../support/deployments.ts';
import { proofStack, prove } from '../support/proof.ts';
import { signIn } from '../support/sign-in.ts';

const bundle = 'ws-handlers/comment-stream';
// A batch that fails is tried every 30 s in the end: with shorter periods, most would be without one.
const stack = proofStack({ alarmPeriod: 20, deployable: [bundle] });

prove(stack, [
  {
    alarm: 'comment-stream-age',
    implies: ['live-updates'],
    start: async () => {
      const { api } = await signIn(stack().target);
      const { postId } = (await api.posts.create({ title: 'Stream', body: 'x' })).post;
      await stack().deploy(bundle, THROWS);
      await api.comments.create(postId, { body: 'held up' });
    },
    end: () => stack().goBack(bundle),
  },
]);
