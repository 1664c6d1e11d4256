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
  /**
   * The folder for generated files. Each environment gets a folder in it, with the deployed
   * template and the files to upload for the web app.
   */
  readonly work: string;
  /** The file for the outputs of the environment's stack. */
  readonly outputs: string;
}

/** What a command works with. */
export interface Context {
  readonly environment: Environment;
  readonly tools: Tools;
  readonly paths: Paths;
  readonly say: (line: string) => void;
  /** Asks at the terminal; `undefined` when there is none. */
  readonly ask: (question: string) => Promise<string | undefined>;
}
