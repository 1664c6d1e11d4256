import type { VirtualUser } from '../virtual-user.ts';

/** A step of a flow, ready to run. It throws what made it fail. */
export type Step = (user: VirtualUser) => Promise<void>;

/** Makes steps of what stands in the file; steps that contain others need it. */
export type CompileFlow = (flow: readonly unknown[]) => readonly Step[];

/** Runs steps one after the other. */
export async function runSteps(steps: readonly Step[], user: VirtualUser): Promise<void> {
  for (const step of steps) await step(user);
}
