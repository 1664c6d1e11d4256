import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { account, npx, StandIns, Workspace } from '../testing/index.ts';
import { commandBlocks, filledIn, inlineCommands, type CommandBlock } from './commands.ts';

const root = resolve(import.meta.dirname, '../../../..');
const document = readFileSync(join(root, 'docs/operations.md'), 'utf8');

/** The values of the placeholders. */
const VALUES = {
  commit: '0a1b2c3',
  version: '7',
  arn: 'arn:aws:dynamodb:ap-northeast-1:123456789012:table/blogapp-staging-posts/backup/01489602797149-73d8d5bc',
  owner: 'example',
  name: 'blogapp',
  old: 'development',
  host: 'blogapp.example',
  distribution: 'E1',
};
/** The output of the programs' commands. */
const RESULTS = [
  'aws acm request-certificate',
  'aws cloudfront list-distributions',
  'aws dynamodb create-backup',
  'aws dynamodb list-backups',
  'aws dynamodb restore-table-from-backup',
  'aws dynamodb restore-table-to-point-in-time',
  'aws lambda list-versions-by-function',
  'aws lambda update-alias',
  'aws service-quotas',
].map((call) => ({ call, stdout: '{}' }));

let workspace: Workspace;
beforeEach(() => {
  workspace = new Workspace();
});
afterEach(() => {
  workspace.remove();
});

interface Typed {
  readonly status: number | null;
  readonly output: string;
  readonly calls: readonly string[];
}

/**
 * Runs the commands of a block in a shell, in which the tools are stand-ins. What follows `npx`
 * runs afterwards in this process, because starting Node.js for each would take most of the time.
 */
async function type(block: Omit<CommandBlock, 'heading'>): Promise<Typed> {
  const text = filledIn(block, VALUES);
  const environment = /-c (\w+)/.exec(text)?.[1] ?? 'development';
  const standIns = new StandIns(
    account({ environment, before: 'UPDATE_COMPLETE', hasImage: true, results: RESULTS }),
  );
  for (const name of ['npx', 'git', 'npm']) standIns.addProgram(name, 'exit 0');
  try {
    const { stdout, stderr, status } = spawnSync('bash', ['-eu', '-c', text], {
      cwd: workspace.root,
      env: standIns.env,
      encoding: 'utf8',
      input: '',
    });
    let output = stdout + stderr;
    if (status !== 0) return { status, output, calls: standIns.calls() };
    for (const call of standIns.calls().filter((one) => one.startsWith('npx '))) {
      const ran = await npx(call.split(' ').slice(1), workspace.root, standIns.env);
      output += ran.output;
      if (ran.code !== 0) return { status: ran.code, output, calls: standIns.calls() };
    }
    return { status, output, calls: standIns.calls() };
  } finally {
    standIns.remove();
  }
}

describe('every command of docs/operations.md', () => {
  const blocks = commandBlocks(document);
  const inline = inlineCommands(document);
  const commands = [...blocks, ...inline];

  it('is found', () => {
    expect(blocks.length).toBeGreaterThanOrEqual(7);
    expect(inline.length).toBeGreaterThanOrEqual(4);
  });

  it.each(commands.map((block) => [block.line, block.heading, block] as const))(
    'runs: line %i, %s',
    async (_line, _heading, block) => {
      const { output, status, calls } = await type(block);
      expect({ output, status }).toEqual({ output: expect.any(String), status: 0 });
      // Each line of the block was run.
      const typed = block.text
        .replaceAll('\\\n', '')
        .split(/\n|&&/)
        .filter((line) => /^ *(aws|npx|git|npm) /.test(line));
      expect(typed.length).toBeGreaterThan(0);
      expect(calls.length).toBeGreaterThanOrEqual(typed.length);
    },
  );

  it('fails when a target, an environment or a placeholder is unknown', async () => {
    const line = 1;
    await expect(type({ line, text: 'npx nx run infra:differ -c staging\n' })).rejects.toThrow(
      'Cannot find configuration for task infra:differ',
    );
    await expect(type({ line, text: 'npx nx deploy infra -c stagging\n' })).rejects.toThrow(
      'infra:deploy has no configuration "stagging"',
    );
    const wrong = await type({ line, text: 'npx nx run infra:outputs -c staging --fil x\n' });
    expect(wrong.status).toBe(2);
    expect((await type({ line, text: 'aws dynamodb delete-table --table-name x\n' })).status).toBe(
      99,
    );
    expect(() => filledIn({ line, text: 'aws x --arn <other>\n' }, VALUES)).toThrow(
      'line 1: <other> has no value',
    );
  });
});
