import { join, resolve } from 'node:path';
import { Workspace } from '../testing/index.ts';
import { faultOfParameter, readTemplateParameters } from './template-parameters.ts';

const FILE = 'infra/sam/environments/staging.yaml';

describe("an environment's file", () => {
  let workspace: Workspace;
  beforeEach(() => {
    workspace = new Workspace();
  });
  afterEach(() => {
    workspace.remove();
  });

  it.each([
    ['region: ap-northeast-1', 'region: Tokyo', 'region: is not a region'],
    ['stackPrefix: blogapp', 'stackPrefix: Blog_App', 'stackPrefix: takes up to 20'],
    [
      'webOrigin: https://staging.blogapp.example',
      'webOrigin: https://a.example/path',
      'webOrigin:',
    ],
    [
      'webOrigin: https://staging.blogapp.example',
      'webOrigin: http://a.example',
      'only development may use http',
    ],
    ['firebaseProject: blogapp-staging', 'firebaseProject: demo-x-blogapp', 'emulator only'],
    [
      'firebaseProject: blogapp-staging',
      'firebaseProject: UPPER',
      'firebaseProject: "UPPER" does not match',
    ],
    [
      'parameters: {}',
      'parameters: { WriteBursts: 3 }',
      'parameters.WriteBursts: the template has no such parameter',
    ],
    ['parameters: {}', 'parameters: { WriteBurst: 0 }', 'parameters.WriteBurst: 0 is not from 1'],
    [
      'parameters: {}',
      'parameters: { LogLevel: LOUD }',
      'parameters.LogLevel: "LOUD" is not one of',
    ],
    [
      'parameters: {}',
      'parameters: { LogLevel: "a b" }',
      'parameters.LogLevel: takes neither spaces',
    ],
    ['parameters: {}', 'parameters: { CorsOrigin: https://x.example }', 'webOrigin sets it'],
    [
      'parameters: {}',
      'parameters: { FirebaseAuthEmulatorHost: "localhost:9099" }',
      'only development may accept',
    ],
    ['region: ap-northeast-1', 'regions: [ap-northeast-1]', 'regions'],
  ])('is refused before anything runs: %s → %s', async (from, to, message) => {
    const text = workspace.read(FILE);
    expect(text).toContain(from);
    workspace.write(FILE, text.replace(from, to));
    const { code, err, calls } = await workspace.run(['deploy', 'staging']);
    expect({ code, calls }).toEqual({ code: 1, calls: [] });
    expect(err).toContain(message);
    expect(err).toContain(FILE);
  });

  it('needs a web origin when it has a certificate', async () => {
    const arn = 'arn:aws:acm:us-east-1:123456789012:certificate/0a1b';
    const text = workspace
      .read(FILE)
      .replace('webOrigin: https://staging.blogapp.example', '')
      .replace('parameters: {}', `parameters: { WebCertificateArn: '${arn}' }`);
    workspace.write(FILE, text);
    const { code, err, calls } = await workspace.run(['deploy', 'staging']);
    expect({ code, calls }).toEqual({ code: 1, calls: [] });
    expect(err).toContain('webOrigin: is missing; the certificate is for its host');
  });

  it('names everything that is wrong at once', async () => {
    workspace.write(FILE, 'region: x\n');
    const { err } = await workspace.run(['diff', 'staging']);
    for (const field of ['region', 'stackPrefix', 'firebaseProject', 'parameters']) {
      expect(err).toContain(`  ${field}: `);
    }
  });
});

// https://github.blog/changelog/2026-04-23-immutable-subject-claims-for-github-actions-oidc-tokens/
test('the template of the pipeline accepts a repository with and without ids, and no wildcard', () => {
  const root = resolve(import.meta.dirname, '../../../..');
  const parameters = readTemplateParameters(join(root, 'infra/sam/pipeline.yaml'));
  const fault = (value: string) => faultOfParameter(parameters, 'Repository', value);
  expect(fault('octocat/my-repo')).toBeUndefined();
  expect(fault('octocat@123456/my-repo@456789')).toBeUndefined();
  expect(fault('octocat/*')).toContain('does not match');
  expect(fault('octocat@123456/my-repo@456789:ref:refs/heads/main')).toContain('does not match');
});
