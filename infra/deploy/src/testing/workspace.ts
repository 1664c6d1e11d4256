import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { run } from '../cli/run.ts';
import { account, type AccountOptions } from './account.ts';
import { StandIns } from './stand-ins.ts';
import type { ToolName } from '../tools/index.ts';

const ROOT = resolve(import.meta.dirname, '../../../..');

/** A file of each kind in the web app's export. */
export const WEB_FILES = [
  '_next/static/chunks/0a1b.js',
  'favicon.svg',
  'index.html',
  'offline-worker.js',
  'post/index.html',
  'service-worker.js',
  'sw.js',
] as const;

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  /** The calls of `aws`, `sam` and `docker`, in order. */
  readonly calls: readonly string[];
}

export interface RunOptions extends AccountOptions {
  readonly missing?: readonly ToolName[];
  /** What is typed when the command asks; when absent, there is no terminal. */
  readonly types?: string;
}

/** A folder with the template, the environments' files, and a file for each bundle. */
export class Workspace {
  readonly root = mkdtempSync(join(tmpdir(), 'deploy-'));

  constructor() {
    cpSync(join(ROOT, 'infra/sam'), join(this.root, 'infra/sam'), { recursive: true });
    const template = withoutLogsAndAlarms(this.read('infra/sam/template.yaml'));
    this.write('infra/sam/template.yaml', template);
    for (const [, folder = ''] of template.matchAll(
      /(?:CodeUri|DockerContext): \.\.\/\.\.\/(\S+)/g,
    )) {
      this.write(join(folder, 'index.mjs'), `export const handler = () => '${folder}';`);
    }
    this.write('dist/apps/api/Dockerfile', 'FROM scratch\n');
    for (const path of WEB_FILES) this.write(join('dist/apps/web', path), `<!-- ${path} -->`);
  }

  read(path: string): string {
    return readFileSync(join(this.root, path), 'utf8');
  }

  write(path: string, text: string): void {
    const file = join(this.root, path);
    mkdirSync(join(file, '..'), { recursive: true });
    writeFileSync(file, text);
  }

  delete(path: string): void {
    rmSync(join(this.root, path), { recursive: true });
  }

  /** Runs the command line with stand-ins for the tools. */
  async run(args: readonly string[], options: RunOptions = {}): Promise<Ran> {
    const { missing = [], types, ...ofAccount } = options;
    const [, environment = 'development'] = args;
    const standIns = new StandIns(account({ environment, ...ofAccount }), missing);
    let out = '';
    let err = '';
    try {
      const code = await run(args, {
        root: this.root,
        directory: this.root,
        env: standIns.env,
        write: (text) => (out += text),
        writeError: (text) => (err += text),
        ask: () => Promise.resolve(types),
      });
      return { code, out, err, calls: standIns.calls().map((call) => this.#short(call)) };
    } finally {
      standIns.remove();
    }
  }

  remove(): void {
    rmSync(this.root, { recursive: true });
  }

  /** A call without the arguments that every call has. */
  #short(call: string): string {
    return call
      .replaceAll(this.root, '.')
      .replaceAll(' --region ap-northeast-1', '')
      .replaceAll(' --output json', '');
  }
}

/**
 * The template without these parts, because reading it takes most of a test's time, and a
 * deployment reads it twice.
 */
function withoutLogsAndAlarms(template: string): string {
  const [before, rest = ''] = template.split(/^ {2}# ---- Logs -+$/m);
  const outputs = rest.slice(rest.indexOf('\nOutputs:'));
  if (before === undefined || !outputs.startsWith('\nOutputs:')) {
    throw new Error('the template has no part "Logs", or no Outputs after it');
  }
  return before + outputs;
}
