import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { parseDocument } from 'yaml';
import { Workspace } from '../testing/index.ts';
import { contentHash } from './content.ts';
import { imageContexts, writeDeployable } from './template.ts';

describe('the template that is deployed', () => {
  const workspace = new Workspace();
  const template = join(workspace.root, 'infra/sam/template.yaml');
  const output = join(workspace.root, 'dist/infra/staging/template.yaml');
  afterAll(() => {
    workspace.remove();
  });

  it('has the values of parameters in environment variables, so that a changed value publishes a version', () => {
    const written = (parameters: Record<string, string>): string => {
      writeDeployable(template, output, { BlogApiFunction: 'repository:tag' }, parameters);
      return readFileSync(output, 'utf8');
    };
    const variable = (text: string, id: string, name: string): unknown =>
      parseDocument(text, { logLevel: 'error' }).getIn([
        ...['Resources', id, 'Properties', 'Environment', 'Variables', name],
      ]);
    const text = written({ ChannelShards: '8', FirebaseJwksUri: '', Environment: 'staging' });
    for (const id of ['WebSocketConnectFunction', 'WebSocketFanoutFunction']) {
      expect(variable(text, id, 'CHANNEL_SHARDS')).toBe('8');
    }
    expect(variable(text, 'BlogApiFunction', 'FIREBASE_JWKS_URI')).toBe('');
    expect(text).toContain('ENVIRONMENT: staging');
    expect(text).toContain(
      'WEBSOCKET_API_ENDPOINT: !Sub https://${WebSocketApi}.execute-api.${AWS::Region}.${AWS::URLSuffix}/staging',
    );
    // References to resources, and references to parameters elsewhere, are unchanged.
    expect(text).toContain('DYNAMODB_CONNECTIONS_TABLE: !Ref WebSocketConnectionsTable');
    expect(text).toContain('StageName: !Ref Environment');
    expect(written({ ChannelShards: '4' })).not.toBe(written({ ChannelShards: '8' }));
    // Any other property of a function publishes a version too.
    expect(text.match(/^ {6}AutoPublishAliasAllProperties: true$/gm)).toHaveLength(8);
  });

  it('differs from the source only in the image, the paths of the bundles, and parameters', () => {
    expect(imageContexts(template)).toEqual({
      BlogApiFunction: resolve(workspace.root, 'dist/apps/api'),
    });
    writeDeployable(template, output, { BlogApiFunction: 'repository:tag' }, {});
    const source = parseDocument(readFileSync(template, 'utf8'), { logLevel: 'error' });
    const ids = [
      ...readFileSync(template, 'utf8').matchAll(
        /^ {2}(\w+):\n {4}Type: AWS::Serverless::Function$/gm,
      ),
    ];
    expect(ids.length).toBeGreaterThan(7);
    for (const [, id = ''] of ids) {
      const path = ['Resources', id, 'Properties', 'CodeUri'];
      const code = source.getIn(path);
      if (typeof code !== 'string') continue;
      source.setIn(path, relative(join(output, '..'), resolve(template, '..', code)));
    }
    source.setIn(['Resources', 'BlogApiFunction', 'Properties', 'ImageUri'], 'repository:tag');
    source.deleteIn(['Resources', 'BlogApiFunction', 'Metadata']);
    const written = parseDocument(readFileSync(output, 'utf8'), { logLevel: 'error' });
    expect(written.toString()).toBe(source.toString());
    // CloudFormation's tags are unchanged.
    expect(readFileSync(output, 'utf8')).toContain('!GetAtt WebSocketConnectionsTable.Arn');
  });
});

describe('the hash of a folder', () => {
  it('depends on paths and bytes, and separates them', () => {
    const workspace = new Workspace();
    const folder = mkdtempSync(join(tmpdir(), 'hash-'));
    try {
      const at = (path: string): string => join(workspace.root, path);
      workspace.write('a/x', 'yz');
      workspace.write('b/x', 'yz');
      workspace.write('c/xy', 'z');
      workspace.write('d/x', 'y');
      workspace.write('d/z', '');
      const hashes = ['a', 'b', 'c', 'd'].map((name) => contentHash(at(name)));
      expect(hashes[0]).toBe(hashes[1]);
      expect(new Set(hashes).size).toBe(3);
      expect(contentHash(at('a'), ['linux/arm64'])).not.toBe(hashes[0]);
    } finally {
      workspace.remove();
      rmSync(folder, { recursive: true });
    }
  });
});
