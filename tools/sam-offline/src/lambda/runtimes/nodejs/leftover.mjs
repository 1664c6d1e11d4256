/**
 * Work that a function leaves behind when it responds: a timer, a call that nobody awaited, a child
 * process. On AWS the environment is frozen then, and the work goes on with the next invocation
 * (https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html).
 */
import { readSync } from 'node:fs';

/** sam-offline writes a byte to it when a frozen environment gets an invocation. */
const THAW_PIPE = 4;

/** The pipes of standard output and error, which are open whatever the function does. */
let ownPipes = 0;
/** What the list of active resources lacks: timers that do not keep the event loop going, and threads. */
let hasBackgroundTimers = false;
let workers = 0;

/** Begins to watch what the function starts; before its code is loaded. */
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

/** Whether something would go on after the response. A function with a debugger may go on. */
export function hasLeftover() {
  const resources = process.getActiveResourcesInfo();
  const pipes = countPipes(resources);
  const isIdle =
    !hasBackgroundTimers && workers === 0 && resources.length === pipes && pipes <= ownPipes;
  return !isIdle && process.getBuiltinModule('node:inspector').url() === undefined;
}

/** Blocks this thread until the next invocation comes, or sam-offline has gone. */
export function freeze() {
  readSync(THAW_PIPE, new Uint8Array(1));
}

function countPipes(resources) {
  return resources.filter((resource) => resource === 'PipeWrap').length;
}
