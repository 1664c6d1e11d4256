import type { ConnectionsPeer, PeerResponse } from '@blogapp/broadcast/testing';

/** All faults; a run has one of these, or `everything` at once. */
export const FAULTS = [
  'none',
  '410',
  '429',
  '500',
  'delivered, then 500',
  'hang',
  'reset',
  'endpoint dies mid-way',
  'recipient refused for good',
  'worker out of time',
  'worker SIGKILL',
  'SQS redelivers',
  'SQS refuses to send',
  'DynamoDB throttles',
  'everything',
] as const;

export type Fault = (typeof FAULTS)[number];

const RESPONSES: Partial<Record<Fault, PeerResponse>> = {
  '429': 'throttle',
  '500': 'fail',
  'delivered, then 500': 'deliver-then-fail',
  hang: 'hang',
  reset: 'reset',
};

/** Whether a run with this fault also has the other one. */
export function has(fault: Fault, other: Fault): boolean {
  return fault === other || (fault === 'everything' && other !== 'worker SIGKILL');
}

/** Makes the peer respond with the fault; `chance` is the probability that a push gets it. */
export function planResponses(
  peer: ConnectionsPeer,
  fault: Fault,
  random: () => number,
  recipients: { readonly gone: ReadonlySet<string>; readonly refused: ReadonlySet<string> },
): void {
  const responses = Object.entries(RESPONSES).flatMap(([name, response]) =>
    has(fault, name as Fault) ? [response] : [],
  );
  const chance = responses.length === 0 ? 0 : fault === 'hang' ? 0.1 : 0.3;
  let untilDeath = has(fault, 'endpoint dies mid-way') ? 5 + Math.floor(random() * 30) : -1;
  peer.plan = (connectionId) => {
    untilDeath -= 1;
    if (untilDeath === 0) void peer.restart();
    if (recipients.gone.has(connectionId)) return 'gone';
    if (recipients.refused.has(connectionId)) return 'refuse';
    if (random() >= chance) return 'ok';
    return responses[Math.floor(random() * responses.length)] ?? 'ok';
  };
}
