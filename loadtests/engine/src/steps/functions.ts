import type { StepInput } from '../flow/index.ts';
import { StepError } from '../session/index.ts';
import { didYouMean } from '../settings/index.ts';
import type { VirtualUser } from '../virtual-user.ts';
import type { Step } from './step.ts';

type Input<K extends StepInput['name']> = Extract<StepInput, { name: K }>['input'];
type Hook = (...args: unknown[]) => unknown;

/** `function`: calls a function of the processor with the context, the events, and a callback. */
export function callFunction(input: Input<'function'>): Step {
  return async (user) => {
    await callHook(user, input, [user.context, user.ee]);
  };
}

/** `log`: prints a line. */
export function log(input: Input<'log'>): Step {
  return async (user) => {
    process.stdout.write(`${user.template(input)}\n`);
    return Promise.resolve();
  };
}

/** Passes a request to a function of the processor, which may change it. */
export async function callBeforeRequest(
  user: VirtualUser,
  name: string | undefined,
  params: Record<string, unknown>,
): Promise<void> {
  if (name !== undefined) await callHook(user, name, [params, user.context, user.ee]);
}

/** Calls the function of `whileTrue`, which calls back with a boolean or resolves to one. */
export async function askCondition(user: VirtualUser, name: string): Promise<boolean> {
  const hook = findHook(user, name);
  if (hook.constructor.name === 'AsyncFunction') return Boolean(await hook(user.context));
  return new Promise((done) => {
    hook(user.context, done);
  });
}

/** @throws whatever the function throws or passes to its callback */
async function callHook(user: VirtualUser, name: string, args: readonly unknown[]): Promise<void> {
  const hook = findHook(user, name);
  if (hook.constructor.name === 'AsyncFunction') {
    await hook(...args);
    return;
  }
  await new Promise<void>((done, failed) => {
    hook(...args, (error?: unknown) => {
      if (error) failed(error instanceof Error ? error : new Error(JSON.stringify(error)));
      else done();
    });
  });
}

function findHook({ processor }: VirtualUser, name: string): Hook {
  const hook = processor[name];
  if (typeof hook === 'function') return hook as Hook;
  const known = Object.keys(processor).filter((key) => typeof processor[key] === 'function');
  throw new StepError(
    `function: no ${name}`,
    `config.processor has no function "${name}"${didYouMean(name, known)}`,
  );
}
