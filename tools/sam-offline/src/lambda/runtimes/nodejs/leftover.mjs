/**
 * The code that a function leaves running when it responds: a timer, a call that nobody awaited, a
 * child process. On AWS the environment is frozen then, and the code continues with the next
 * invocation (https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html).
 */
import { readSync } from 'node:fs';

/**
 * The file descriptor to which sam-offline writes a byte when a frozen environment gets an
 * invocation.
 */
const THAW_PIPE = 4;

/** The number of pipes for standard output and error, which are always open. */
let ownPipes = 0;
/**
 * Whether there are timers that do not keep the event loop alive, or threads. The list of active
 * resources does not contain them.
 */
let hasBackgroundTimers = false;
let workers = 0;

/**
 * Starts to watch what the function starts. It has to be called before the function's code is
 * loaded.
 */
export function watchForLeftover() {
  ownPipes = countPipes(process.getActiveResourcesInfo());
  const timer = setTimeout(() => undefined, 0);
  clearTimeout(timer);
  const prototype = Object.getPrototypeOf(timer);
  const { unref } = prototype;
  prototype.unref = function () {
    hasBackgroundTimers = true;
    return unref.call(this);
  };
  process.on('worker', (worker) => {
    workers += 1;
    worker.once('exit', () => (workers -= 1));
  });
}

/**
 * Tells whether code would continue after the response. A function with a debugger is not frozen.
 */
export function hasLeftover() {
  const resources = process.getActiveResourcesInfo();
  const pipes = countPipes(resources);
  const isIdle =
    !hasBackgroundTimers && workers === 0 && resources.length === pipes && pipes <= ownPipes;
  return !isIdle && process.getBuiltinModule('node:inspector').url() === undefined;
}

/** Blocks this thread until the next invocation, or until sam-offline has ended. */
export function freeze() {
  readSync(THAW_PIPE, new Uint8Array(1));
}

function countPipes(resources) {
  return resources.filter((resource) => resource === 'PipeWrap').length;
}
