import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../../..');
const template = join(root, 'infra/sam/template.yaml');

/** The code of a handler that always throws. */
export const THROWS = `export const handler = async () => {
  throw new Error('this version was deployed to fail');
};`;

/** Code that calls the previous code after a pause. */
export const slowedBy = (ms: number): string => `import { setTimeout } from 'node:timers/promises';
import { handler as before } from './before.mjs';
export const handler = async (event, context) => {
  await setTimeout(${ms});
  return before(event, context);
};`;

/**
 * Copies of some functions' bundles, which a stack runs instead of those in `dist`, so that a test
 * can deploy other code and restore it. Without bundles, the stack runs from its own template.
 */
export class Deployments {
  readonly templateFile: string;
  readonly #folder: string;

  /** @param bundles the folders of the bundles under `dist/apps`: `ws-handlers/fanout` */
  constructor(folder: string, bundles: readonly string[]) {
    this.#folder = folder;
    if (bundles.length === 0) {
      this.templateFile = template;
      return;
    }
    let text = readFileSync(template, 'utf8');
    mkdirSync(folder);
    for (const bundle of bundles) {
      const path = `../../dist/apps/${bundle}`;
      // The path is in the template as `CodeUri` or `DockerContext`, at the end of its line.
      if (!text.includes(`${path}\n`)) throw new Error(`no function of ${template} runs ${path}`);
      cpSync(join(root, 'dist/apps', bundle), join(folder, bundle), { recursive: true });
      cpSync(this.#file(bundle, 'index.mjs'), this.#file(bundle, 'before.mjs'));
      text = text.replaceAll(`${path}\n`, `${join(folder, bundle)}\n`);
    }
    this.templateFile = join(folder, 'template.yaml');
    writeFileSync(this.templateFile, text.replaceAll('../../dist/', `${join(root, 'dist')}/`));
  }

  /**
   * @param code the new code of the function's `index.mjs`; the code before is in `before.mjs` next
   * to it
   */
  deploy(bundle: string, code: string): void {
    writeFileSync(this.#file(bundle, 'index.mjs'), code);
  }

  /** The original code of a bundle. */
  codeBefore(bundle: string): string {
    return readFileSync(this.#file(bundle, 'before.mjs'), 'utf8');
  }

  #file(bundle: string, name: string): string {
    return join(this.#folder, bundle, name);
  }
}
