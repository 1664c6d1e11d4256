import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { filesIn } from '../package/index.ts';
import {
  outputsOf,
  stackIs,
  WEB_FILES,
  Workspace,
  type Ran,
  type RunOptions,
} from '../testing/index.ts';

const BUCKET = 's3://blogapp-development-webbucket-1';
const FOLDER = './dist/infra/development/web';
const LIST =
  'aws s3api list-objects-v2 --bucket blogapp-development-webbucket-1 --query Contents[].{Key:Key,ETag:ETag}';
const ASSETS = `aws s3 cp ${FOLDER}/assets ${BUCKET} --recursive --only-show-errors --cache-control public, max-age=31536000, immutable`;
const DATA = `aws s3 cp ${FOLDER}/data ${BUCKET} --recursive --only-show-errors --cache-control public, max-age=60`;
const WORKERS = `aws s3 cp ${FOLDER}/workers ${BUCKET} --recursive --only-show-errors --cache-control no-cache`;
const PAGES = `aws s3 cp ${FOLDER}/pages ${BUCKET} --recursive --only-show-errors --cache-control public, max-age=60`;

let workspace: Workspace;
beforeEach(() => {
  workspace = new Workspace();
});
afterEach(() => {
  workspace.remove();
});

/** Deploys when only the web app can have changed. */
const deploy = (options: RunOptions = {}, ...args: string[]): Promise<Ran> =>
  workspace.run(['deploy', 'development', ...args], {
    ...{ before: 'UPDATE_COMPLETE', hasImage: true, changes: [] },
    ...options,
  });
const webCalls = ({ calls }: Ran): readonly string[] =>
  calls.filter((call) => /^aws (?:s3|s3api|cloudfront) /.test(call));
const uploaded = (kind: string): readonly string[] => filesIn(join(workspace.root, FOLDER, kind));
const config = (): unknown => JSON.parse(workspace.read(`${FOLDER}/data/config.json`));

/** The bucket after the web app of the workspace was uploaded; the configuration is that of a first upload. */
async function bucket(): Promise<{ Key: string; ETag: string }[]> {
  await deploy();
  const object = (path: string, file: string): { Key: string; ETag: string } => ({
    Key: path,
    ETag: `"${createHash('md5').update(workspace.read(file)).digest('hex')}"`,
  });
  return [
    ...WEB_FILES.map((path) => object(path, `dist/apps/web/${path}`)),
    object('config.json', `${FOLDER}/data/config.json`),
  ];
}

describe('the web app', () => {
  it('is uploaded after the stack exists: first the files that pages refer to, the pages last', async () => {
    const ran = await workspace.run(['deploy', 'development']);
    expect({ code: ran.code, err: ran.err }).toEqual({ code: 0, err: '' });
    expect(webCalls(ran)).toEqual([LIST, ASSETS, DATA, WORKERS, PAGES]);
    const firstOf = (text: string): number => ran.calls.findIndex((call) => call.includes(text));
    expect(firstOf('execute-change-set')).toBeLessThan(firstOf('s3api'));
    expect(uploaded('assets')).toEqual(['_next/static/chunks/0a1b.js']);
    expect(uploaded('data')).toEqual(['config.json', 'favicon.svg']);
    expect(uploaded('workers')).toEqual(['offline-worker.js', 'service-worker.js', 'sw.js']);
    expect(uploaded('pages')).toEqual(['index.html', 'post/index.html']);
    expect(ran.out).toContain('https://d1.example: 8 uploaded, 0 removed');
  });

  it('gets the addresses of the stack', async () => {
    await deploy();
    expect(config()).toEqual({
      apiUrl: 'https://a.example',
      webSocketUrl: 'wss://b.example/development',
      development: false,
    });
  });

  it('gets the Firebase project, and whether the stack accepts unsigned tokens', async () => {
    const file = 'infra/sam/environments/development.yaml';
    workspace.write(
      file,
      workspace
        .read(file)
        .replace('parameters: {}', 'parameters: { FirebaseAuthEmulatorHost: "127.0.0.1:9099" }')
        .concat('firebaseApiKey: AIza_key\n'),
    );
    const { out } = await deploy();
    expect(config()).toMatchObject({
      firebase: {
        apiKey: 'AIza_key',
        authDomain: 'demo-blogapp.firebaseapp.com',
        projectId: 'demo-blogapp',
      },
      development: true,
    });
    expect(out).not.toContain('Nobody can sign in');
  });

  it('uploads and invalidates nothing when nothing changed', async () => {
    const ran = await deploy({ objects: await bucket() });
    expect(webCalls(ran)).toEqual([LIST]);
    expect(ran.out).toContain('https://d1.example: nothing changes');
  });

  it('uploads only files with another content, and invalidates only these', async () => {
    const objects = await bucket();
    workspace.write('dist/apps/web/post/index.html', 'another page');
    workspace.write('dist/apps/web/_next/static/chunks/2c3d.js', 'a new script');
    const ran = await deploy({ objects });
    expect(webCalls(ran)).toEqual([
      LIST,
      ASSETS,
      PAGES,
      'aws cloudfront create-invalidation --distribution-id E1 --paths /post/ /post/index.html',
    ]);
    expect(uploaded('assets')).toEqual(['_next/static/chunks/2c3d.js']);
    expect(uploaded('pages')).toEqual(['post/index.html']);
  });

  it('uploads the configuration again when an API has another address', async () => {
    const objects = await bucket();
    const stale = objects.map((one) => (one.Key === 'config.json' ? { ...one, ETag: '"0"' } : one));
    expect(webCalls(await deploy({ objects: stale }))).toEqual([
      LIST,
      DATA,
      'aws cloudfront create-invalidation --distribution-id E1 --paths /config.json',
    ]);
  });

  it('removes deleted pages after the others are uploaded, and keeps scripts that an open page may load', async () => {
    const objects = [
      ...(await bucket()),
      { Key: 'old/index.html', ETag: '"1"' },
      { Key: '_next/static/chunks/old.js', ETag: '"2"' },
    ];
    workspace.write('dist/apps/web/index.html', 'without a link to the old page');
    expect(webCalls(await deploy({ objects }))).toEqual([
      LIST,
      PAGES,
      `aws s3 rm ${BUCKET}/old/index.html --only-show-errors`,
      'aws cloudfront create-invalidation --distribution-id E1 --paths / /index.html /old/ /old/index.html',
    ]);
  });

  it.each([
    [ASSETS, "Uploading the web app's assets", [LIST, ASSETS]],
    [DATA, "Uploading the web app's data", [LIST, ASSETS, DATA]],
    [WORKERS, "Uploading the web app's workers", [LIST, ASSETS, DATA, WORKERS]],
    [PAGES, "Uploading the web app's pages", [LIST, ASSETS, DATA, WORKERS, PAGES]],
    [LIST, "Listing the web app's files", [LIST]],
  ])('leaves the old pages complete when `%s` fails', async (call, purpose, made) => {
    const ran = await deploy({
      objects: [{ Key: 'old/index.html', ETag: '"1"' }],
      results: [
        {
          call: call.replace(FOLDER, join(workspace.root, FOLDER)),
          stderr: 'upload failed: Connection was closed',
          code: 1,
        },
      ],
    });
    expect(ran.code).toBe(1);
    expect(ran.err).toContain(purpose);
    expect(ran.err).toContain('Connection was closed');
    expect(webCalls(ran)).toEqual(made);
  });

  it('is not deployed before it is built, and nothing else is deployed either', async () => {
    workspace.delete('dist/apps/web');
    const { code, err, calls } = await deploy();
    expect(code).toBe(1);
    expect(err).toContain('dist/apps/web/index.html; build it: npx nx run-many -t build');
    expect(calls).toEqual([]);
  });

  it('is confirmed in production even when only the web app changes', async () => {
    const production = { before: 'UPDATE_COMPLETE', hasImage: true, changes: [] };
    const refused = await workspace.run(['deploy', 'production'], { ...production, types: 'no' });
    expect(refused.code).toBe(1);
    expect(refused.calls.join('\n')).not.toContain('s3 cp');
    const typed = { ...production, types: 'blogapp-production' };
    const confirmed = await workspace.run(['deploy', 'production'], typed);
    expect(confirmed.code).toBe(0);
    expect(confirmed.calls.join('\n')).toContain('s3 cp');
  });

  it('says why it can not work yet: another origin, or no key of Firebase', async () => {
    const file = 'infra/sam/environments/development.yaml';
    const text = workspace.read(file);
    workspace.write(file, `${text}webOrigin: http://localhost:3000\n`);
    const other = { ...outputsOf('blogapp-development'), WebOrigin: 'http://localhost:3000' };
    const { out } = await deploy({
      results: [
        {
          call: 'aws cloudformation describe-stacks --stack-name blogapp-development --',
          ...stackIs('UPDATE_COMPLETE', other),
        },
      ],
    });
    expect(out).toContain(`webOrigin of ${file} is http://localhost:3000`);
    expect(out).toContain('Nobody can sign in at https://d1.example yet');
    workspace.write(file, `${text}firebaseApiKey: AIza_key\n`);
    expect((await deploy()).out).not.toMatch(/webOrigin|Nobody/);
  });
});

test('the bucket is emptied before a stack is deleted', async () => {
  const { code, calls } = await workspace.run(['delete', 'development', '--yes'], {
    before: 'UPDATE_COMPLETE',
  });
  expect(code).toBe(0);
  const emptied = calls.indexOf(`aws s3 rm ${BUCKET} --recursive --only-show-errors`);
  expect(emptied).toBeGreaterThan(-1);
  expect(emptied).toBeLessThan(calls.findIndex((call) => call.includes('delete-stack')));
});
