import { readStep } from '../flow/index.ts';
import { connect } from './connect.ts';
import { close, vanish } from './ending.ts';
import { callFunction, log } from './functions.ts';
import { expectMessage, send, subscribe, unsubscribe } from './messages.ts';
import { publish, request } from './publish.ts';
import { crowd, loop, parallel } from './repeating.ts';
import type { Step } from './step.ts';
import { hold, signal, stall, think, wait } from './waiting.ts';

/** Makes the steps of a flow that `checkFlow` has accepted. */
export function compileFlow(flow: readonly unknown[]): readonly Step[] {
  return flow.map(compileStep);
}

function compileStep(item: unknown): Step {
  const { step, beside } = readStep(item);
  switch (step.name) {
    case 'connect':
      return connect(step.input);
    case 'send':
      return send(step.input);
    case 'expect':
      return expectMessage(step.input);
    case 'subscribe':
      return subscribe(step.input);
    case 'unsubscribe':
      return unsubscribe(step.input);
    case 'hold':
      return hold(step.input);
    case 'stall':
      return stall(step.input);
    case 'wait':
      return wait(step.input);
    case 'publish':
      return publish(step.input);
    case 'request':
      return request(step.input);
    case 'signal':
      return signal(step.input);
    case 'think':
      return think(step.input);
    case 'loop':
      return loop(step.input, beside, compileFlow);
    case 'parallel':
      return parallel(step.input, compileFlow);
    case 'crowd':
      return crowd(step.input, compileFlow);
    case 'function':
      return callFunction(step.input);
    case 'log':
      return log(step.input);
    case 'close':
      return close(step.input);
    case 'vanish':
      return vanish();
  }
}
