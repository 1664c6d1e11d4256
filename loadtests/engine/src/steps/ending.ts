import type { StepInput } from '../flow/index.ts';
import type { Step } from './step.ts';

type Input<K extends StepInput['name']> = Extract<StepInput, { name: K }>['input'];

/** `close`: waits for what is owed, and closes with a close frame. */
export function close(input: Input<'close'>): Step {
  return async (user) => {
    user.requireConnection('close');
    await user.leave(input?.code, input?.reason);
  };
}

/** `vanish`: the socket is destroyed without a close frame; the server is not told. */
export function vanish(): Step {
  return async (user) => {
    user.vanish();
    return Promise.resolve();
  };
}
