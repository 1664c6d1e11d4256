import type { StepInput } from '../flow/index.ts';
import { parseDuration } from '../duration.ts';
import { now } from '../clock.ts';
import { sleepUntil } from '../publish/index.ts';
import { StepError } from '../session/index.ts';
import { VirtualUser, type Context } from '../virtual-user.ts';
import { askCondition } from './functions.ts';
import { promisedBy } from './promised.ts';
import { runSteps, type CompileFlow, type Step } from './step.ts';

type Input<K extends StepInput['name']> = Extract<StepInput, { name: K }>['input'];

interface LoopOptions {
  readonly count?: number | string;
  readonly over?: string | readonly unknown[];
  readonly whileTrue?: string;
  readonly loopValue?: string;
  readonly loopElement?: string;
}

/** `loop`: repeats steps with `count`, `over` a list, or `whileTrue`, as in Artillery. */
export function loop(flow: Input<'loop'>, options: LoopOptions, compile: CompileFlow): Step {
  const steps = compile(flow);
  return async (user) => {
    const { vars } = user.context;
    const indexName = options.loopValue ?? '$loopCount';
    const elementName = options.loopElement ?? '$loopElement';
    const list = typeof options.over === 'string' ? vars[options.over] : options.over;
    const [from, to] = Array.isArray(list) ? [0, list.length] : range(user, options);
    for (let index = from; index < to; index += 1) {
      vars[indexName] = index;
      vars[elementName] = Array.isArray(list) ? (list as unknown[])[index] : index;
      await runSteps(steps, user);
      if (options.whileTrue !== undefined && !(await askCondition(user, options.whileTrue))) return;
    }
  };
}

/**
 * `parallel`: runs steps at the same time, over the same connection and with the same variables.
 */
export function parallel(flow: Input<'parallel'>, compile: CompileFlow): Step {
  const steps = compile(flow);
  return async (user) => {
    const results = await Promise.allSettled(steps.map(async (step) => step(user)));
    for (const result of results) if (result.status === 'rejected') throw result.reason;
  };
}

/**
 * `crowd`: many readers (or writers) in one virtual user. Each has a connection and variables of
 * its own, in which `$index` counts them. Each takes a third of the memory of a virtual user, and
 * their number can be a variable.
 */
export function crowd(input: Input<'crowd'>, compile: CompileFlow): Step {
  const steps = compile(input.steps);
  const promised = promisedBy(input.steps);
  return async (user) => {
    const count = Number(user.template(input.count));
    const overMs =
      input.over === undefined ? 0 : parseDuration(user.template(input.over), 'crowd.over');
    const start = now();
    const members: Promise<boolean>[] = [];
    for (let index = 0; index < count; index += 1) {
      await sleepUntil(start + (index * overMs) / count);
      members.push(runMember(user, { steps, promised, index }));
    }
    const succeeded = (await Promise.all(members)).filter(Boolean).length;
    if (count > 0 && succeeded === 0) {
      throw new StepError('crowd: all failed', `all ${count} of a crowd failed`);
    }
  };
}

/** @returns whether all its steps succeeded */
async function runMember(
  user: VirtualUser,
  {
    steps,
    promised,
    index,
  }: {
    readonly steps: readonly Step[];
    readonly promised: readonly string[];
    readonly index: number;
  },
): Promise<boolean> {
  const vars = Object.assign(Object.create(user.context.vars) as Context['vars'], {
    $index: index,
  });
  const member = new VirtualUser({
    ...{ worker: user.worker, helpers: user.helpers, processor: user.processor, ee: user.ee },
    context: { ...user.context, vars },
    name: `${user.reader.name}.${index}`,
  });
  member.promised = promised.map((signal) => member.template(signal));
  try {
    await runSteps(steps, member);
    return true;
  } catch (error) {
    member.fail(error);
    member.giveUp();
    return false;
  } finally {
    await member.leave();
  }
}

/** The forms of Artillery's counts: a number, `"3"`, `"1-15"`, or -1 for endless. */
function range(user: VirtualUser, { count, whileTrue }: LoopOptions): readonly [number, number] {
  if (count === undefined) return [0, whileTrue === undefined ? 0 : Infinity];
  const text = String(user.template(count));
  const [, from, to] = /^(\d+)-(\d+)$/.exec(text) ?? [];
  if (from !== undefined) return [Number(from), Number(to)];
  const number = Number(text);
  if (Number.isNaN(number)) {
    throw new StepError(
      'loop: count',
      `loop.count is ${JSON.stringify(text)}: a number or "1-15" was expected`,
    );
  }
  return [0, number === -1 ? Infinity : number];
}
