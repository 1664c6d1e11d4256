import { numberOf, type Context } from './context.mts';

/** Begins a stage of `stageRate` messages a second. */
export async function beginStage(context: Context): Promise<void> {
  const { vars, measured } = context;
  vars.stage = Number(vars.stage ?? -1) + 1;
  vars.stageRate =
    numberOf(context, 'firstRate') * numberOf(context, 'growth') ** Number(vars.stage);
  // The time is rounded to the second, since measurements are kept by the second.
  vars.stageFrom = Math.ceil(measured.now() / 1000) * 1000;
  vars.stageErrors = measured.errors();
  vars.stageReceived = measured.total('received');
  return Promise.resolve();
}

/**
 * Whether the stage kept its limit: the p99 of delivery is within `limitMs`, and no message was
 * refused. It prints one line for each stage, which shows what was slow. If requests took long, it
 * was the stack; if the generator stalled, it was this process.
 */
export async function keptItsLimit(context: Context): Promise<boolean> {
  const { vars, measured } = context;
  const from = Number(vars.stageFrom);
  const seconds = Math.max(1, (measured.now() - from) / 1000);
  const p99 = measured.quantile('delivery', 0.99, from);
  const errors = measured.errors() - Number(vars.stageErrors);
  const received = measured.total('received') - Number(vars.stageReceived);
  const kept = p99 <= numberOf(context, 'limitMs') && errors === 0;
  const text = (ms: number): string => `${ms.toFixed(0)} ms`;
  console.log(
    `stage: ${String(vars.stageRate)} messages/s, ${(received / seconds).toFixed(0)} deliveries/s, ` +
      `delivery p99 ${text(p99)}, publishing p99 ${text(measured.quantile('publish', 0.99, from))}, ` +
      `generator stalled p99 ${text(measured.quantile('stall', 0.99, from))}, errors ${errors}: ` +
      (kept ? 'kept' : 'BROKE HERE'),
  );
  return Promise.resolve(kept);
}
