/**
 * Deploys development with the AWS CLI and the SAM CLI themselves, to the emulator that AWS_ENDPOINT_URL names: the
 * recording stand-ins of the tests take what the tools refuse. `npm run witness -- deployment` starts one and runs this.
 *
 * The template is a copy without the types that MiniStack does not know. Docker is not called: MiniStack says of every
 * image that it is there. Ends with 1 where a command fails, or where a second deployment changes something.
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
const UNKNOWN = [
  ...[
    'AWS::ApiGatewayV2::RouteResponse',
    'AWS::CloudWatch::Alarm',
    'AWS::CloudWatch::CompositeAlarm',
  ],
  ...['AWS::CloudWatch::Dashboard', 'AWS::Logs::QueryDefinition'],
];
/** For commands of the account's owner, before the first deployment. */
const ROLE = 'arn:aws:iam::000000000000:role/api-gateway-logs';

function templateForEmulator(file: string): void {
  const document = parseDocument(readFileSync(file, 'utf8'), { logLevel: 'error' });
  const resources = document.get('Resources');
  if (!isMap(resources)) throw new Error(`${file} has no resources`);
  for (const name of resources.items.map(({ key }) => String(key))) {
    const type = document.getIn(['Resources', name, 'Type']);
    if (typeof type === 'string' && UNKNOWN.includes(type)) document.deleteIn(['Resources', name]);
  }
  // It names alarms.
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
  // MiniStack calls every change of a Function URL a conditional replacement; CloudFormation replaces none for CORS.
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
