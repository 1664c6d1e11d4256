import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { lambdaFixture, lambdaFunction, temporaryFiles } from '../testing/lambda-fixture.ts';
import { stageCode } from './stage-code.ts';

const BASE = 'FROM public.ecr.aws/lambda/nodejs:24\n';
const workDirectory = () => join(temporaryFiles({}), 'F');

function image(files: Record<string, string>, more: { command?: string[] } = {}) {
  const contextDirectory = temporaryFiles(files);
  const { runtime: _runtime, handler: _handler, ...fn } = lambdaFunction('F', '');
  const dockerfile = join(contextDirectory, 'Dockerfile');
  return { ...fn, code: { type: 'image', contextDirectory, dockerfile, ...more } as const };
}

describe('stageCode', () => {
  it('uses the build context itself if the image copies all of it', () => {
    const fn = image({
      Dockerfile: `${BASE}COPY package.json ./\nRUN npm ci\nCOPY . \${LAMBDA_TASK_ROOT}\nCMD ["index.handler"]`,
      'package.json': '{}',
      'index.mjs': '',
    });
    const directory = workDirectory();
    expect(stageCode(fn, directory)).toEqual({
      taskRoot: fn.code.contextDirectory,
      workingDirectory: fn.code.contextDirectory,
      handler: 'index.handler',
      runtime: 'nodejs24.x',
      environment: { LAMBDA_TASK_ROOT: '/var/task' },
      notes: [
        `${fn.code.dockerfile}, line 3: RUN npm ci is not run; install its packages in ${fn.code.contextDirectory}, whose node_modules is used`,
      ],
    });
    expect(existsSync(directory)).toBe(false);
  });

  it('executes the steps that change files on a copy, and reports what replaces the other steps', () => {
    const fn = image({
      Dockerfile: `${BASE}COPY . .\nRUN cp settings.json live.json && chmod +x index.mjs\nRUN dnf install -y jq\nRUN touch /somewhere/else\nRUN pip install x\nCMD ["index.handler"]`,
      'index.mjs': '',
      'settings.json': '{}',
    });
    const directory = workDirectory();
    const { taskRoot, notes } = stageCode(fn, directory);

    expect(taskRoot).toBe(directory);
    expect(existsSync(join(directory, 'live.json'))).toBe(true);
    expect(existsSync(join(fn.code.contextDirectory, 'live.json'))).toBe(false);
    expect(notes).toEqual(
      [
        'line 4: RUN dnf install -y jq is not run; what it installs has to be on this machine',
        'line 6: RUN pip install x is not run; the packages that python3 has on this machine are used',
        'line 5: RUN touch /somewhere/else is not run: /somewhere/else is not in /var/task',
      ].map((note) => `${fn.code.dockerfile}, ${note}`),
    );
  });

  it('uses a folder of the build context if the image copies only that', () => {
    const fn = image({
      Dockerfile: `${BASE}COPY dist/ ./\nCMD ["index.handler"]`,
      'dist/index.mjs': '',
    });
    expect(stageCode(fn, workDirectory()).taskRoot).toBe(join(fn.code.contextDirectory, 'dist'));
  });

  it('copies files if the image places them in other folders', () => {
    const fn = image({
      Dockerfile: `${BASE}COPY src/*.mjs \${LAMBDA_TASK_ROOT}/\nCOPY lib ./lib\nCOPY other.json ./config/settings.json\nCMD ["index.handler"]`,
      'src/index.mjs': 'index',
      'src/second.mjs': 'second',
      'lib/a/b.mjs': 'b',
      'lib/node_modules/package/index.js': 'dependency',
      'other.json': '{}',
    });
    const directory = workDirectory();
    expect(stageCode(fn, directory).taskRoot).toBe(directory);
    const read = (name: string) => readFileSync(join(directory, name), 'utf8');
    expect(read('index.mjs')).toBe('index');
    expect(read('second.mjs')).toBe('second');
    expect(read('lib/a/b.mjs')).toBe('b');
    expect(read('lib/node_modules/package/index.js')).toBe('dependency');
    expect(read('config/settings.json')).toBe('{}');
  });

  it('prefers ImageConfig.Command to CMD', () => {
    const fn = image(
      { Dockerfile: `${BASE}COPY . .\nCMD ["a.handler"]`, 'b.mjs': '' },
      { command: ['b.handler'] },
    );
    expect(stageCode(fn, workDirectory()).handler).toBe('b.handler');
  });

  it.each([
    [{ Dockerfile: `${BASE}COPY . .` }, /has no CMD that names the handler/],
    [{ Dockerfile: `${BASE}COPY dist/ ./\nCMD ["a.b"]` }, /copies dist\/, which is not in/],
    [{ Dockerfile: 'FROM scratch' }, /Function F: .*Dockerfile: the base image scratch/],
    [{}, /Dockerfile does not exist/],
  ])('reports the mistake: %j', (files, message) => {
    expect(() => stageCode(image(files), workDirectory())).toThrow(message);
  });

  it('runs an image function with the variables of its Dockerfile', async () => {
    const fn = image({
      Dockerfile: `${BASE}ENV COLOUR=blue\nCOPY app.mjs \${LAMBDA_TASK_ROOT}/src/\nWORKDIR src\nCMD ["src/app.handler"]`,
      'app.mjs':
        'export const handler = async () => [process.env.COLOUR, process.cwd() === process.env.LAMBDA_TASK_ROOT + "/src"];',
    });
    const lambda = lambdaFixture([fn]);
    expect(lambda.service.checkCode()).toEqual([]);
    await expect(lambda.call('F')).resolves.toEqual(['blue', true]);
    await lambda.close();
  });
});
