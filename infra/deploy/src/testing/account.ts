import type { ToolResult } from './stand-ins.ts';

const REPOSITORY = '123456789012.dkr.ecr.ap-northeast-1.amazonaws.com/blogapp-development-api';
const CHANGE_SET =
  'arn:aws:cloudformation:ap-northeast-1:123456789012:changeSet/samcli-deploy1/0a1b2c';

/** One change, as `describe-change-set` returns it. */
export interface ResourceChange {
  readonly Action: string;
  readonly LogicalResourceId: string;
  readonly ResourceType: string;
  readonly [key: string]: unknown;
}

export interface AccountOptions {
  readonly environment?: string;
  /** The stack's status before the deployment; absent when it does not exist. */
  readonly before?: string;
  /** The stack's status after its change set was executed. */
  readonly after?: string;
  readonly changes?: readonly ResourceChange[];
  /** Whether the repository has the image. */
  readonly hasImage?: boolean;
  /** The objects in the web app's bucket, as the AWS CLI prints them; null when it is empty. */
  readonly objects?: readonly { readonly Key: string; readonly ETag: string }[] | null;
  /** The stack's events, newest first, as `describe-stack-events` returns them. */
  readonly events?: readonly Readonly<Record<string, string>>[];
  /** Results that are looked for before all others. */
  readonly results?: readonly ToolResult[];
}

export const changeOf = (
  Action: string,
  LogicalResourceId: string,
  ResourceType: string,
  rest: Readonly<Record<string, unknown>> = {},
): ResourceChange => ({ Action, LogicalResourceId, ResourceType, ...rest });

/** A stack's status and outputs, as `describe-stacks` returns them. */
export const stackIs = (
  status: string,
  outputs: Readonly<Record<string, string>> = {},
): { readonly stdout: string } => ({
  stdout: JSON.stringify({
    Stacks: [
      {
        StackStatus: status,
        Outputs: Object.entries(outputs).map(([OutputKey, OutputValue]) => ({
          OutputKey,
          OutputValue,
        })),
      },
    ],
  }),
});

/**
 * The web origins in `infra/sam/environments`. A stack without one has the template's default until
 * the deployment sets the web app's address.
 */
const WEB_ORIGINS: Readonly<Record<string, string>> = {
  'blogapp-staging': 'https://staging.blogapp.example',
  'blogapp-production': 'https://blogapp.example',
};

/** The outputs that a deployment needs, for a stack with this name. */
export const outputsOf = (stack: string): Readonly<Record<string, string>> => ({
  HttpApiUrl: 'https://a.example',
  WebSocketUrl: 'wss://b.example/development',
  WebUrl: 'https://d1.example',
  WebOrigin: WEB_ORIGINS[stack] ?? 'https://d1.example',
  WebBucketName: `${stack}-webbucket-1`,
  WebDistributionId: 'E1',
});

/** The tools' output for an AWS account that has the stack, or does not have it. */
export function account({
  environment = 'development',
  before,
  after = before === undefined ? 'CREATE_COMPLETE' : 'UPDATE_COMPLETE',
  changes = [changeOf('Add', 'PostsTable', 'AWS::DynamoDB::Table')],
  hasImage = false,
  objects = null,
  events = [],
  results = [],
}: AccountOptions = {}): readonly ToolResult[] {
  const stack = `blogapp-${environment}`;
  const describe = `aws cloudformation describe-stacks --stack-name ${stack}`;
  const noStack = (name: string) => ({
    stderr: `An error occurred (ValidationError): Stack with id ${name} does not exist`,
    code: 254,
  });
  const stackOutputs = outputsOf(stack);
  const registryOutputs = { ECRRepositoryURI: REPOSITORY.replace('development', environment) };
  return [
    ...results,
    {
      call: 'aws sts get-caller-identity',
      stdout: '{"Account":"123456789012","Arn":"arn:aws:iam::123456789012:user/alice"}',
    },
    { call: 'aws apigateway get-account', stdout: '{"cloudwatchRoleArn":"arn:aws:iam::1:role/r"}' },
    {
      call: `${describe}-registry`,
      after: 'aws cloudformation deploy',
      ...stackIs('CREATE_COMPLETE', registryOutputs),
    },
    {
      call: `${describe}-registry`,
      ...(before === undefined
        ? noStack(`${stack}-registry`)
        : stackIs('UPDATE_COMPLETE', registryOutputs)),
    },
    { call: 'aws cloudformation deploy', stdout: 'Successfully created/updated stack' },
    hasImage
      ? { call: 'aws ecr describe-images', stdout: '{"imageDetails":[{}]}' }
      : {
          call: 'aws ecr describe-images',
          stderr: 'An error occurred (ImageNotFoundException) when calling DescribeImages',
          code: 254,
        },
    { call: 'aws ecr get-login-password', stdout: 'secret' },
    { call: 'docker login', stdout: 'Login Succeeded' },
    { call: 'docker buildx inspect', stderr: 'ERROR: no builder "blogapp" found', code: 1 },
    { call: 'docker buildx create', stdout: 'blogapp' },
    { call: 'docker buildx build', stdout: 'pushed' },
    changes.length === 0
      ? {
          call: 'sam deploy',
          stdout: 'Error: No changes to deploy. Stack is up to date',
        }
      : { call: 'sam deploy', stdout: `Changeset created successfully. ${CHANGE_SET}` },
    {
      call: 'aws cloudformation describe-change-set',
      stdout: JSON.stringify({
        Status: 'CREATE_COMPLETE',
        Changes: changes.map((ResourceChange) => ({ Type: 'Resource', ResourceChange })),
      }),
    },
    { call: 'aws cloudformation execute-change-set' },
    { call: 'aws cloudformation delete-change-set' },
    { call: 'aws cloudformation update-termination-protection', stdout: '{"StackId":"x"}' },
    { call: 'aws cloudformation delete-stack' },
    { call: 'aws cloudformation wait' },
    { call: 'aws s3api list-objects-v2', stdout: JSON.stringify(objects) },
    { call: 'aws s3 cp' },
    { call: 'aws s3 rm' },
    { call: 'aws cloudfront create-invalidation', stdout: '{"Invalidation":{"Id":"I1"}}' },
    { call: describe, after: 'aws cloudformation delete-stack', ...noStack(stack) },
    {
      call: describe,
      after: [
        'aws cloudformation execute-change-set',
        `sam deploy .* CorsOrigin=${stackOutputs.WebOrigin ?? ''} `,
      ],
      ...stackIs(after, stackOutputs),
    },
    {
      call: describe,
      after: 'aws cloudformation execute-change-set',
      ...stackIs(after, { ...stackOutputs, WebOrigin: 'http://localhost:3000' }),
    },
    {
      call: describe,
      ...(before !== undefined
        ? stackIs(before, stackOutputs)
        : changes.length > 0
          ? { after: 'sam deploy', ...stackIs('REVIEW_IN_PROGRESS') }
          : noStack(stack)),
    },
    ...(before === undefined ? [{ call: describe, ...noStack(stack) }] : []),
    {
      call: 'aws cloudformation describe-stack-events',
      stdout: JSON.stringify({ StackEvents: events }),
    },
  ];
}
