import type { StepInput } from '../flow/index.ts';
import type { Step } from './step.ts';

type Input<K extends StepInput['name']> = Extract<StepInput, { name: K }>['input'];

/** `close`: waits for the messages that are owed, and closes with a close frame. */
export function close(input: Input<'close'>): Step {
  return async (user) => {
    user.requireConnection('close');
    await user.leave(input?.code, input?.reason);
  };
}

/** `vanish`: destroys the socket without a close frame, so that the server gets no notice. */
export function vanish(): Step {
  return async (user) => {
    user.vanish();
    return Promise.resolve();
  };
}
