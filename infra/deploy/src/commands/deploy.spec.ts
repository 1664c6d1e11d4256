import { chmodSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { FILE_TIME_SECONDS } from '../package/index.ts';
import { changeOf, outputsOf, stackIs, Workspace } from '../testing/index.ts';

const failed = (LogicalResourceId: string, ResourceType: string, ResourceStatusReason: string) => ({
  ...{ LogicalResourceId, ResourceType, ResourceStatusReason },
  ResourceStatus: 'UPDATE_FAILED',
});
const begun = {
  LogicalResourceId: 'blogapp-development',
  ResourceType: 'AWS::CloudFormation::Stack',
  ResourceStatus: 'UPDATE_IN_PROGRESS',
  ResourceStatusReason: 'User Initiated',
};

/** The calls for a change set, its execution, and the outputs after it. */
const UPDATE = [
  'sam deploy --template-file',
  'aws cloudformation describe-change-set',
  'aws cloudformation execute-change-set',
  'aws cloudformation wait',
  'aws cloudformation describe-stacks',
  'aws cloudformation describe-stacks',
];

describe('deploy', () => {
  let workspace: Workspace;
  beforeEach(() => {
    workspace = new Workspace();
  });
  afterEach(() => {
    workspace.remove();
  });

  const toolsOf = (calls: readonly string[]): string[] =>
    calls.map((call) => call.split(' ').slice(0, 3).join(' '));

  it("deploys for the first time: registry, image, the stack, the web app's address, then its files", async () => {
    const { code, out, err, calls } = await workspace.run(['deploy', 'development']);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(toolsOf(calls)).toEqual([
      'aws sts get-caller-identity',
      'aws apigateway get-account',
      'aws cloudformation describe-stacks',
      'aws cloudformation describe-stacks',
      'aws cloudformation deploy',
      'aws cloudformation describe-stacks',
      'aws ecr describe-images',
      'aws ecr get-login-password',
      'docker login --username',
      'docker buildx inspect',
      'docker buildx create',
      'docker buildx build',
      ...UPDATE,
      ...UPDATE,
      'aws s3api list-objects-v2',
      'aws s3 cp',
      'aws s3 cp',
      'aws s3 cp',
      'aws s3 cp',
    ]);
    expect(calls).toContain(
      'aws cloudformation wait stack-create-complete --stack-name blogapp-development',
    );
    expect(calls.find((call) => call.startsWith('docker login'))).toBe(
      'docker login --username AWS --password-stdin 123456789012.dkr.ecr.ap-northeast-1.amazonaws.com < secret',
    );
    expect(out).toContain('1 to add');
    expect(JSON.parse(workspace.read('.local/outputs.development.json'))).toMatchObject({
      HttpApiUrl: 'https://a.example',
      WebSocketUrl: 'wss://b.example/development',
    });
  });

  it.each([
    ['development', 'demo-blogapp', 'https://d1.example', [] as string[]],
    ['staging', 'blogapp-staging', 'https://staging.blogapp.example', []],
    ['production', 'blogapp-production', 'https://blogapp.example', ['--yes']],
  ])('gives SAM the parameters in the file of %s', async (name, firebase, origin, options) => {
    const { code, calls } = await workspace.run(['deploy', name, ...options], {
      before: 'UPDATE_COMPLETE',
      hasImage: true,
    });
    expect(code).toBe(0);
    const sam = calls.filter((call) => call.startsWith('sam '));
    expect(sam).toEqual([
      `sam deploy --template-file ./dist/infra/${name}/template.yaml --stack-name blogapp-${name}` +
        ` --resolve-s3 --s3-prefix blogapp-${name}` +
        ` --image-repository 123456789012.dkr.ecr.ap-northeast-1.amazonaws.com/blogapp-${name}-api` +
        ` --capabilities CAPABILITY_IAM CAPABILITY_AUTO_EXPAND` +
        ' --no-execute-changeset --no-fail-on-empty-changeset --no-progressbar' +
        ` --tags application=blogapp environment=${name}` +
        ` --parameter-overrides Environment=${name} CorsOrigin=${origin} LogLevel=INFO` +
        ` FirebaseProjectId=${firebase} WebCertificateArn="" FirebaseAuthEmulatorHost="" FirebaseJwksUri=""` +
        ' WriteBurst=60 WritesPerMinute=60 LogDebugRate=0 AlarmTopicArn="" AlarmPeriod=60' +
        ' RunbookBaseUrl=docs/runbooks ChannelShards=4 OtherChannelShards=0 ApiReservedConcurrency=0' +
        ' PermissionsBoundaryArn="" PointInTimeRecovery=false BudgetUsd=0 BudgetEmail=""',
    ]);
  });

  it('gives a parameter its default again when it is removed from the file', async () => {
    const file = 'infra/sam/environments/development.yaml';
    const text = workspace.read(file);
    const shards = async (parameters: string): Promise<string | undefined> => {
      workspace.write(file, text.replace('parameters: {}', `parameters: ${parameters}`));
      const { calls } = await workspace.run(['deploy', 'development'], {
        before: 'UPDATE_COMPLETE',
        hasImage: true,
      });
      return / ChannelShards=\d+ OtherChannelShards=\d+/.exec(calls.join('\n'))?.[0];
    };
    expect(await shards('{ ChannelShards: 8, OtherChannelShards: 4 }')).toBe(
      ' ChannelShards=8 OtherChannelShards=4',
    );
    expect(await shards('{ ChannelShards: 8 }')).toBe(' ChannelShards=8 OtherChannelShards=0');
  });

  describe('without a web origin in the file', () => {
    const originsOf = (calls: readonly string[]): (string | undefined)[] =>
      calls
        .filter((call) => call.startsWith('sam deploy'))
        .map((call) => /CorsOrigin=(\S+)/.exec(call)?.[1]);
    const executed = (calls: readonly string[]): number =>
      calls.filter((call) => call.includes('execute-change-set')).length;

    it('updates a new stack a second time, with the address that AWS gave the web app', async () => {
      const { code, out, calls } = await workspace.run(['deploy', 'development']);
      expect(code).toBe(0);
      expect(originsOf(calls)).toEqual(['http://localhost:3000', 'https://d1.example']);
      expect(executed(calls)).toBe(2);
      expect(out).toContain("https://d1.example is the web app's address, as AWS chose it");
      expect(out).not.toContain("may not read the API's responses");
      expect(JSON.parse(workspace.read('.local/outputs.development.json'))).toMatchObject({
        WebOrigin: 'https://d1.example',
      });
    });

    it('sets it at once when the stack exists, even if the first deployment was interrupted', async () => {
      const describe = 'aws cloudformation describe-stacks --stack-name blogapp-development --';
      const interrupted = {
        ...outputsOf('blogapp-development'),
        WebOrigin: 'http://localhost:3000',
      };
      const { code, calls } = await workspace.run(['deploy', 'development'], {
        before: 'CREATE_COMPLETE',
        hasImage: true,
        results: [
          {
            call: describe,
            after: 'aws cloudformation execute-change-set',
            ...stackIs('UPDATE_COMPLETE', outputsOf('blogapp-development')),
          },
          { call: describe, ...stackIs('CREATE_COMPLETE', interrupted) },
        ],
      });
      expect(code).toBe(0);
      expect(originsOf(calls)).toEqual(['https://d1.example']);
      expect(executed(calls)).toBe(1);
    });

    it('uses that address for `infra:diff` too', async () => {
      const { calls } = await workspace.run(['diff', 'development'], { before: 'UPDATE_COMPLETE' });
      expect(originsOf(calls)).toEqual(['https://d1.example']);
    });

    it('uploads nothing when the second update fails, and says what failed', async () => {
      const describe = 'aws cloudformation describe-stacks --stack-name blogapp-development --';
      const { code, err, calls } = await workspace.run(['deploy', 'development'], {
        results: [
          {
            call: describe,
            after: ['aws cloudformation execute-change-set', 'sam deploy .* CorsOrigin=https://d1'],
            ...stackIs('UPDATE_ROLLBACK_COMPLETE'),
          },
        ],
        events: [failed('HttpApi', 'AWS::ApiGatewayV2::Api', 'Too many requests'), begun],
      });
      expect(code).toBe(1);
      expect(err).toContain('HttpApi (AWS::ApiGatewayV2::Api), UPDATE_FAILED: Too many requests');
      expect(calls.join('\n')).not.toContain('s3 cp');
    });
  });

  it('neither builds nor pushes an image that the repository has', async () => {
    const { code, calls } = await workspace.run(['deploy', 'development'], {
      before: 'UPDATE_COMPLETE',
      hasImage: true,
      missing: ['docker'],
    });
    expect(code).toBe(0);
    expect(calls.filter((call) => call.startsWith('docker'))).toEqual([]);
    expect(calls).toContain(
      'aws cloudformation wait stack-update-complete --stack-name blogapp-development',
    );
  });

  it('tags the image by its content only', async () => {
    const tag = async (): Promise<string | undefined> => {
      const { calls } = await workspace.run(['deploy', 'development'], {
        before: 'UPDATE_COMPLETE',
        hasImage: true,
      });
      return /imageTag=(\S+)/.exec(calls.join('\n'))?.[1];
    };
    const first = await tag();
    workspace.write('dist/apps/api/index.mjs', workspace.read('dist/apps/api/index.mjs'));
    expect(await tag()).toBe(first);
    workspace.write('dist/apps/api/index.mjs', 'export const handler = () => "changed";');
    expect(await tag()).not.toBe(first);
  });

  it('gives files in bundles and image the same modes and times, whatever the umask and the hour', async () => {
    const statOf = (path: string) => {
      const { mode, mtimeMs } = statSync(join(workspace.root, path));
      return [(mode & 0o777).toString(8), mtimeMs / 1000];
    };
    const bundle = 'dist/apps/ws-handlers/connect';
    for (const path of ['dist/apps/api/index.mjs', `${bundle}/index.mjs`]) {
      chmodSync(join(workspace.root, path), 0o600);
    }
    chmodSync(join(workspace.root, bundle), 0o700);
    const { code, calls } = await workspace.run(['deploy', 'development']);
    expect(code).toBe(0);
    expect(statOf('dist/apps/api/index.mjs')).toEqual(['644', FILE_TIME_SECONDS]);
    expect(statOf('dist/apps/api')).toEqual(['755', FILE_TIME_SECONDS]);
    expect(statOf(`${bundle}/index.mjs`)).toEqual(['644', FILE_TIME_SECONDS]);
    expect(statOf(bundle)).toEqual(['755', FILE_TIME_SECONDS]);
    // The build itself sets the times of the folders in the layers, and the dates of the image.
    const build = calls.find((call) => call.startsWith('docker buildx build'));
    expect(build).toContain(' --builder blogapp ');
    expect(build).toContain(' --output type=registry,rewrite-timestamp=true ');
    expect(build).toMatch(new RegExp(`, SOURCE_DATE_EPOCH=${FILE_TIME_SECONDS}$`));
  });

  it('builds with the existing builder', async () => {
    const { code, calls } = await workspace.run(['deploy', 'development'], {
      results: [{ call: 'docker buildx inspect', stdout: 'Name: blogapp' }],
    });
    expect(code).toBe(0);
    expect(calls.join('\n')).not.toContain('docker buildx create');
  });

  it('does nothing when nothing changed', async () => {
    const { code, out, calls } = await workspace.run(['deploy', 'development'], {
      before: 'UPDATE_COMPLETE',
      hasImage: true,
      changes: [],
    });
    expect(code).toBe(0);
    expect(out).toContain('blogapp-development: nothing changes');
    expect(calls.join('\n')).not.toMatch(/execute-change-set|docker/);
  });

  it('continues with a stack that only has a change set, as after an interrupted first deployment', async () => {
    const { code, calls } = await workspace.run(['deploy', 'development'], {
      before: 'REVIEW_IN_PROGRESS',
      after: 'CREATE_COMPLETE',
      hasImage: true,
    });
    expect(code).toBe(0);
    expect(calls).toContain(
      'aws cloudformation wait stack-create-complete --stack-name blogapp-development',
    );
  });

  it('waits for a deployment that was interrupted here and continues in AWS', async () => {
    const describe = 'aws cloudformation describe-stacks --stack-name blogapp-development --';
    const { code, out, calls } = await workspace.run(['deploy', 'development'], {
      before: 'UPDATE_COMPLETE',
      hasImage: true,
      results: [
        {
          call: describe,
          after: 'aws cloudformation wait',
          ...stackIs('UPDATE_COMPLETE', outputsOf('blogapp-development')),
        },
        { call: describe, ...stackIs('UPDATE_IN_PROGRESS') },
      ],
    });
    expect(code).toBe(0);
    expect(out).toContain('is in UPDATE_IN_PROGRESS, from another deployment; waiting');
    expect(calls.findIndex((call) => call.includes('wait stack-update-complete'))).toBeLessThan(
      calls.findIndex((call) => call.startsWith('sam deploy')),
    );
  });

  it('prints CloudFormation’s messages for the resources that failed', async () => {
    const { code, err } = await workspace.run(['deploy', 'development'], {
      before: 'UPDATE_COMPLETE',
      after: 'UPDATE_ROLLBACK_COMPLETE',
      hasImage: true,
      events: [
        failed('CommentsTable', 'AWS::DynamoDB::Table', 'Resource update cancelled'),
        failed('BlogApiFunction', 'AWS::Lambda::Function', 'The image does not exist'),
        begun,
        failed('Dashboard', 'AWS::CloudWatch::Dashboard', 'of the deployment before'),
      ],
    });
    expect(code).toBe(1);
    expect(err).toContain(
      'The deployment failed: blogapp-development is in UPDATE_ROLLBACK_COMPLETE',
    );
    expect(err).toContain(
      '  BlogApiFunction (AWS::Lambda::Function), UPDATE_FAILED: The image does not exist',
    );
    expect(err).not.toMatch(/CommentsTable|Dashboard/);
  });

  it.each(['ROLLBACK_COMPLETE', 'DELETE_FAILED', 'UPDATE_ROLLBACK_FAILED'])(
    'changes nothing when the stack is in %s, and says what to do',
    async (status) => {
      const { code, err, calls } = await workspace.run(['deploy', 'development'], {
        before: status,
        events: [failed('PostsTable', 'AWS::DynamoDB::Table', 'Table already exists'), begun],
      });
      expect(code).toBe(1);
      expect(err).toContain(`The stack blogapp-development is in ${status}`);
      expect(err).toMatch(/infra:delete -c development|continue-update-rollback/);
      expect(err).toContain(
        'PostsTable (AWS::DynamoDB::Table), UPDATE_FAILED: Table already exists',
      );
      expect(calls.join('\n')).not.toMatch(/cloudformation deploy|docker|sam deploy/);
    },
  );

  it.each([
    ['no credentials', 'Unable to locate credentials', 'There are no AWS credentials'],
    [
      'expired credentials',
      'An error occurred (ExpiredToken): The security token is expired',
      'have expired',
    ],
    [
      'an expired login',
      'Error when retrieving token from sso: Token has expired and refresh failed',
      'have expired',
    ],
    [
      'a region that does not exist',
      'Could not connect to the endpoint URL: "https://sts.ap-norteast-1.amazonaws.com/"',
      'AWS does not respond in the region "ap-northeast-1" of infra/sam/environments/development.yaml',
    ],
    ['refused credentials', 'An error occurred (InvalidClientTokenId)', 'InvalidClientTokenId'],
  ])('makes no other call to AWS with %s', async (_, stderr, message) => {
    const { code, err, calls } = await workspace.run(['deploy', 'development'], {
      results: [{ call: 'aws sts get-caller-identity', stderr, code: 253 }],
    });
    expect(code).toBe(1);
    expect(err).toContain(message);
    expect(calls).toHaveLength(1);
  });

  it('refuses credentials of another account than the file names', async () => {
    const file = 'infra/sam/environments/staging.yaml';
    workspace.write(file, `account: '999999999999'\n${workspace.read(file)}`);
    const { code, err, calls } = await workspace.run(['deploy', 'staging']);
    expect(code).toBe(1);
    expect(err).toContain('staging belongs to 999999999999');
    expect(calls).toHaveLength(1);
  });

  it.each(['aws', 'sam', 'docker'] as const)('says where to get %s', async (tool) => {
    const { code, err, calls } = await workspace.run(['deploy', 'development'], {
      missing: [tool],
    });
    expect(code).toBe(1);
    expect(err).toContain(`"${tool}" is not on the PATH; install it: https://`);
    expect(calls.join('\n')).not.toContain('sam deploy');
  });

  it('refuses an account in which API Gateway may not write logs', async () => {
    const { code, err, calls } = await workspace.run(['deploy', 'development'], {
      results: [{ call: 'aws apigateway get-account', stdout: '{}' }],
    });
    expect(code).toBe(1);
    expect(err).toContain('infra/sam/README.md');
    expect(calls).toHaveLength(2);
  });

  it.each([
    ['aws cloudformation deploy', 'Deploying blogapp-development-registry failed'],
    ['aws ecr describe-images', "Looking for the API's image failed"],
    ['aws ecr get-login-password', 'Getting a password for ECR failed'],
    ['docker login', 'Logging in to ECR failed'],
    ['docker buildx create', 'Making a builder failed'],
    ['docker buildx build', "Building the API's image failed"],
    ['sam deploy', 'Proposing the change of blogapp-development failed'],
    ['aws cloudformation describe-change-set', 'Reading the change set failed'],
    ['aws cloudformation execute-change-set', 'Executing the change set failed'],
  ])('stops when `%s` fails', async (call, message) => {
    const { code, err, calls } = await workspace.run(['deploy', 'development'], {
      before: 'UPDATE_COMPLETE',
      results: [{ call, stderr: 'AccessDenied: not you', code: 255 }],
    });
    expect(code).toBe(1);
    expect(err).toContain(message);
    const after = calls.slice(calls.findIndex((one) => one.startsWith(call)) + 1);
    // The registry's events are read, for the error message.
    expect(after.filter((one) => !one.includes('describe-stack-events'))).toEqual([]);
  });

  it('deploys production after its name is typed, and protects it', async () => {
    const { code, calls } = await workspace.run(['deploy', 'production'], {
      hasImage: true,
      types: 'blogapp-production',
    });
    expect(code).toBe(0);
    expect(calls.filter((call) => call.includes('termination'))).toEqual(
      ['blogapp-production', 'blogapp-production-registry'].map(
        (name) =>
          `aws cloudformation update-termination-protection --stack-name ${name} --enable-termination-protection`,
      ),
    );
  });

  it.each([
    ['something else is typed', 'yes', 'Not confirmed'],
    ['there is no terminal', undefined, 'use --yes'],
  ])('does not change production when %s', async (_, types, message) => {
    const { code, err, calls } = await workspace.run(['deploy', 'production'], {
      before: 'UPDATE_COMPLETE',
      hasImage: true,
      ...(types !== undefined && { types }),
    });
    expect(code).toBe(1);
    expect(err).toContain(message);
    expect(calls.join('\n')).toContain('delete-change-set');
    expect(calls.join('\n')).not.toContain('execute-change-set');
  });

  it.each([
    [changeOf('Modify', 'PostsTable', 'AWS::DynamoDB::Table', { Replacement: 'True' })],
    [changeOf('Remove', 'FavoritesTable', 'AWS::DynamoDB::Table')],
    [changeOf('Modify', 'WebSocketApi', 'AWS::ApiGatewayV2::Api', { Replacement: 'Conditional' })],
    [changeOf('Remove', 'WebDistribution', 'AWS::CloudFront::Distribution')],
  ])('refuses to lose data or an address without --accept-loss: %j', async (change) => {
    const account = { before: 'UPDATE_COMPLETE', hasImage: true, changes: [change] };
    const refused = await workspace.run(['deploy', 'staging'], account);
    expect(refused.code).toBe(1);
    expect(refused.err).toContain(change.LogicalResourceId);
    expect(refused.calls.join('\n')).not.toContain('execute-change-set');
    const accepted = await workspace.run(['deploy', 'staging', '--accept-loss'], account);
    expect(accepted.code).toBe(0);
  });

  it('does not deploy a template whose bundle was not built', async () => {
    workspace.write(
      'infra/sam/template.yaml',
      workspace
        .read('infra/sam/template.yaml')
        .replace('ws-handlers/connect', 'ws-handlers/missing'),
    );
    const { code, err } = await workspace.run(['deploy', 'development'], {
      before: 'UPDATE_COMPLETE',
      hasImage: true,
    });
    expect(code).toBe(1);
    expect(err).toContain(
      'Resources.WebSocketConnectFunction.Properties.CodeUri: there is no folder',
    );
  });
});
