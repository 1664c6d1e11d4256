import type { Environment } from '../environment/index.ts';
import type { Tools } from '../tools/index.ts';

/** Files that the commands read and write. */
export interface Paths {
  /** `infra/sam/template.yaml`. */
  readonly template: string;
  /** `infra/sam/registry.yaml`. */
  readonly registry: string;
  /** The web app's static export. */
  readonly web: string;
  /** Gets a folder an environment, with the template as it is deployed and what is uploaded of the web app. */
  readonly work: string;
  /** Where the outputs of the environment's stack are written. */
  readonly outputs: string;
}

/** What a command works with. */
export interface Context {
  readonly environment: Environment;
  readonly tools: Tools;
  readonly paths: Paths;
  readonly say: (line: string) => void;
  /** Asks at the terminal; `undefined` where there is none. */
  readonly ask: (question: string) => Promise<string | undefined>;
}
