import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../../..');
const template = join(root, 'infra/sam/template.yaml');

/** Code whose handler throws, whatever it is called with. */
export const THROWS = `export const handler = async () => {
  throw new Error('this version was deployed to fail');
};`;

/** The code that was there before, with a pause before each invocation. */
export const slowedBy = (ms: number): string => `import { setTimeout } from 'node:timers/promises';
import { handler as before } from './before.mjs';
export const handler = async (event, context) => {
  await setTimeout(${ms});
  return before(event, context);
};`;

/**
 * Copies of some functions' bundles, which a stack runs from in place of `dist`, so that a test can
 * deploy other code to them and go back. Without any, the stack runs from its own template.
 */
export class Deployments {
  readonly templateFile: string;
  readonly #folder: string;

  /** @param bundles their folders under `dist/apps`: `ws-handlers/fanout` */
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
      // In the template as `CodeUri` or `DockerContext`, at the end of its line.
      if (!text.includes(`${path}\n`)) throw new Error(`no function of ${template} runs ${path}`);
      cpSync(join(root, 'dist/apps', bundle), join(folder, bundle), { recursive: true });
      cpSync(this.#file(bundle, 'index.mjs'), this.#file(bundle, 'before.mjs'));
      text = text.replaceAll(`${path}\n`, `${join(folder, bundle)}\n`);
    }
    this.templateFile = join(folder, 'template.yaml');
    writeFileSync(this.templateFile, text.replaceAll('../../dist/', `${join(root, 'dist')}/`));
  }

  /** @param code of the function's `index.mjs`; the one before is `before.mjs` beside it */
  deploy(bundle: string, code: string): void {
    writeFileSync(this.#file(bundle, 'index.mjs'), code);
  }

  /** The code that it had at first. */
  codeBefore(bundle: string): string {
    return readFileSync(this.#file(bundle, 'before.mjs'), 'utf8');
  }

  #file(bundle: string, name: string): string {
    return join(this.#folder, bundle, name);
  }
}
