/**
 * Deploys development with the real AWS CLI and SAM CLI, to the emulator at AWS_ENDPOINT_URL. The recording stand-ins of
 * the tests accept commands that the real tools refuse. `npm run witness -- deployment` starts MiniStack and runs this.
 *
 * The template is a copy without the resource types that MiniStack does not support. Docker is not called, because
 * MiniStack reports that every image exists. The exit code is 1 if a command fails, or if a second deployment changes
 * something.
 */
import { execFileSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { isMap, parseDocument } from 'yaml';
import { run } from './run.ts';

const repository = resolve(import.meta.dirname, '../../../..');
/** The resource types that MiniStack does not support. */
const UNKNOWN = [
  ...[
    'AWS::ApiGatewayV2::RouteResponse',
    'AWS::CloudWatch::Alarm',
    'AWS::CloudWatch::CompositeAlarm',
  ],
  ...['AWS::CloudWatch::Dashboard', 'AWS::Logs::QueryDefinition'],
];
/** The account's owner sets this role before the first deployment, so that API Gateway can write logs. */
const ROLE = 'arn:aws:iam::000000000000:role/api-gateway-logs';

function templateForEmulator(file: string): void {
  const document = parseDocument(readFileSync(file, 'utf8'), { logLevel: 'error' });
  const resources = document.get('Resources');
  if (!isMap(resources)) throw new Error(`${file} has no resources`);
  for (const name of resources.items.map(({ key }) => String(key))) {
    const type = document.getIn(['Resources', name, 'Type']);
    if (typeof type === 'string' && UNKNOWN.includes(type)) document.deleteIn(['Resources', name]);
  }
  // The preference names alarms, which were removed.
  document.deleteIn(['Globals', 'Function', 'DeploymentPreference']);
  writeFileSync(file, document.toString({ lineWidth: 0 }));
}

async function command(root: string, args: readonly string[]): Promise<string> {
  let text = '';
  const write = (chunk: string): void => {
    text += chunk;
    process.stdout.write(chunk);
  };
  console.log(`\n# ${args.join(' ')}`);
  const code = await run(args, {
    ...{ root, directory: root, env: process.env, write, writeError: write },
    ask: () => Promise.resolve(undefined),
  });
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}`);
  return text;
}

if (process.env.AWS_ENDPOINT_URL === undefined) {
  throw new Error('AWS_ENDPOINT_URL is not set: this is for an emulator, and never for AWS');
}
const root = mkdtempSync(join(tmpdir(), 'rehearse-'));
try {
  cpSync(join(repository, 'infra/sam'), join(root, 'infra/sam'), { recursive: true });
  mkdirSync(join(root, 'dist'));
  symlinkSync(join(repository, 'dist/apps'), join(root, 'dist/apps'));
  templateForEmulator(join(root, 'infra/sam/template.yaml'));
  const patch = `op=replace,path=/cloudwatchRoleArn,value=${ROLE}`;
  execFileSync('aws', ['apigateway', 'update-account', '--patch-operations', patch]);
  // MiniStack reports every change of a Function URL as a conditional replacement. CloudFormation does not replace it for CORS.
  await command(root, ['deploy', 'development', '--accept-loss']);
  const again = await command(root, ['deploy', 'development']);
  if (again.match(/: nothing changes$/gm)?.length !== 2) {
    throw new Error('a second deployment changed something');
  }
  await command(root, ['diff', 'development']);
  await command(root, ['outputs', 'development']);
  await command(root, ['delete', 'development', '--yes']);
} finally {
  rmSync(root, { recursive: true });
}
