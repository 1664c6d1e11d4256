import type { VirtualUser } from '../virtual-user.ts';

/** A step of a flow, ready to run. If it fails, it throws the reason. */
export type Step = (user: VirtualUser) => Promise<void>;

/** Makes steps from the file's content. Steps that contain others need it. */
export type CompileFlow = (flow: readonly unknown[]) => readonly Step[];

/** Runs steps one after the other. */
export async function runSteps(steps: readonly Step[], user: VirtualUser): Promise<void> {
  for (const step of steps) await step(user);
}
