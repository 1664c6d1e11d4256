import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import AdmZip from 'adm-zip';
import {
  lambdaFixture,
  lambdaFunction,
  temporaryFiles,
  type LambdaFixture,
} from '../testing/lambda-fixture.ts';
import { stageLayers } from './stage-layers.ts';

const work = (): string => join(temporaryFiles({}), 'F');

/** Makes an archive in a new folder. */
function archive(files: Record<string, string>, name = 'code.zip'): string {
  const zip = new AdmZip();
  for (const [path, content] of Object.entries(files)) {
    zip.addFile(path, Buffer.from(content), '', path.endsWith('.sh') ? 0o755 : 0o644);
  }
  const file = join(temporaryFiles({}), name);
  zip.writeZip(file);
  return file;
}

describe('the layers of a function', () => {
  it('are merged into one folder, in which a file of a later layer replaces an earlier one', () => {
    const opt = stageLayers(
      [
        temporaryFiles({ 'a/x.txt': '1', 'a/y.txt': '1', 'b/z.txt': '1', c: 'a file' }),
        archive({ 'a/y.txt': '2', 'bin/run.sh': '#!' }),
        temporaryFiles({ 'b/w.txt': '3', 'c/d.txt': '3' }),
      ],
      work(),
    );
    const read = (path: string): string => readFileSync(join(opt ?? '', path), 'utf8');
    expect(['a/x.txt', 'a/y.txt', 'b/z.txt', 'b/w.txt', 'c/d.txt'].map(read)).toEqual([
      '1',
      '2',
      '1',
      '3',
      '3',
    ]);
    expect(statSync(join(opt ?? '', 'bin/run.sh')).mode & 0o111).toBe(0o111);
  });

  it('are the folder itself if there is only one, and undefined if there is none', () => {
    const layer = temporaryFiles({});
    expect(stageLayers([layer], work())).toBe(layer);
    expect(stageLayers([], work())).toBeUndefined();
  });
});

describe('a function', () => {
  let lambda: LambdaFixture | undefined;
  afterEach(async () => {
    await lambda?.close();
    lambda = undefined;
  });
  const call = (more: Parameters<typeof lambdaFunction>[2]): Promise<unknown> => {
    lambda = lambdaFixture([lambdaFunction('F', '', more)]);
    return lambda.call('F');
  };
  const file = (path: string) => ({ type: 'file', file: path }) as const;

  it.each([
    ['a zip', archive({ 'index.js': 'exports.handler = async () => "zip"' }), 'zip'],
    ['a jar', archive({ 'index.js': 'exports.handler = async () => "jar"' }, 'a.jar'), 'jar'],
    [
      'a single file',
      join(
        temporaryFiles({ 'index.mjs': 'export const handler = async () => "one"' }),
        'index.mjs',
      ),
      'one',
    ],
  ])('runs from %s', async (_what, path, expected) => {
    await expect(call({ code: file(path) })).resolves.toBe(expected);
  });

  it('fails when it is invoked if its archive is damaged or its code does not exist', async () => {
    const damaged = join(temporaryFiles({ 'a.zip': 'PK\u0003\u0004 and then nothing' }), 'a.zip');
    lambda = lambdaFixture([
      lambdaFunction('Damaged', '', { code: file(damaged) }),
      lambdaFunction('Missing', '', { code: { type: 'missing', reason: 'its code is in S3' } }),
    ]);
    for (const name of ['Damaged', 'Missing']) {
      await expect(lambda.service.invoke(name, '{}')).resolves.toMatchObject({
        ok: false,
        errorMessage: expect.stringMatching(/a\.zip cannot be read|its code is in S3/),
      });
    }
  });

  it('of Node.js finds packages of its layers, which find each other, and modules at /opt', async () => {
    const layers = [
      temporaryFiles({
        'nodejs/node_modules/first/index.js': 'module.exports = require("second") + "1"',
        'nodejs/node_modules/second/index.js': 'module.exports = "old"',
        'nodejs/helper.js': 'exports.help = () => "required"',
      }),
      temporaryFiles({
        'nodejs/node_modules/second/index.js': 'module.exports = "new"',
        'nodejs/helper.mjs': 'export const help = () => "imported"',
      }),
    ];
    const code = `
      exports.handler = async () => [
        require('first'), require('/opt/nodejs/helper').help(),
        (await import('/opt/nodejs/helper.mjs')).help(), process.env._SAM_OFFLINE_OPT === undefined,
      ];`;
    await expect(call({ layers, code: { type: 'inline', source: code } })).resolves.toEqual([
      'new1',
      'required',
      'imported',
      true,
    ]);
  });

  it('of Python finds packages in both places of its layers, and all find their programs', async () => {
    const layers = [
      temporaryFiles({ 'python/one.py': 'A = "one"', 'bin/tool': '#!/bin/sh\necho tool\n' }),
      temporaryFiles({ 'python/lib/python3.12/site-packages/two.py': 'B = "two"' }),
    ];
    const source = `
import os, one, two
def handler(event, context):
    path = [p for p in os.environ["PATH"].split(":") if os.path.exists(p + "/tool")]
    return [one.A, two.B, len(path), os.environ["LD_LIBRARY_PATH"].endswith("/lib")]`;
    await expect(
      call({ layers, runtime: 'python3.12', code: { type: 'inline', source } }),
    ).resolves.toEqual(['one', 'two', 1, true]);
  });
});
