import { invokedArn } from './function-policies.ts';
import type { ResourceEntry } from '../entries.ts';
import type { FunctionLogging, FunctionUrl, LambdaFunction } from '../model.ts';
import { generatedId } from '../names.ts';
import {
  environment,
  lambdaFunction,
  lambdaUrl,
  loggingConfig,
  serverlessFunction,
  tenancyConfig,
} from '../properties/index.ts';
import type { Reader } from '../reader.ts';
import { asyncInvokeOf } from './async-invoke.ts';
import { codeOf } from './code.ts';
import { corsOf } from './cors.ts';
import { checkEvents } from './function-events.ts';
import { layersOf } from './layers.ts';
import { executionRoleOf } from './roles.ts';
import type { StackResources } from './stack-resources.ts';
import { functionTypes } from './stack-resources.ts';

/**
 * These are Lambda's defaults and quotas:
 * https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
const defaultMemoryMb = 128;
const defaultTimeoutSeconds = 3;
const memoryRange = { unit: 'MB', minimum: 128, maximum: 10_240 };
const timeoutRange = { unit: 'seconds', minimum: 1, maximum: 900 };

/** Reads all functions of the stack. */
export function functionsOf(resources: StackResources): LambdaFunction[] {
  return resources.ofType(...functionTypes).flatMap((entry) => {
    const made = functionOf(entry, resources);
    return made === undefined ? [] : [made];
  });
}

function functionOf(entry: ResourceEntry, resources: StackResources): LambdaFunction | undefined {
  const isServerless = entry.type === 'AWS::Serverless::Function';
  const properties = resources
    .read(entry)
    .check(isServerless ? serverlessFunction : lambdaFunction);
  if (isServerless) checkEvents(entry, resources);
  const code = codeOf(entry, properties, resources);
  properties.text('FunctionName');
  const isZip = properties.text('PackageType') !== 'Image';
  const runtime = isZip ? runtimeOf(properties) : undefined;
  const handler = isZip
    ? properties.requiredText('Handler', 'a handler such as index.handler')
    : undefined;
  const reservedConcurrency = properties.number('ReservedConcurrentExecutions', {
    minimum: 0,
    maximum: 1_000_000,
  });
  const functionUrls = functionUrlsOf(entry, resources);
  const qualifiers = qualifiersOf(entry, resources);
  const tenancy = properties.map('TenancyConfig')?.check(tenancyConfig);
  const isIsolatedByTenant = tenancy?.oneOf('TenantIsolationMode', ['PER_TENANT']) !== undefined;
  const memorySizeMb = properties.number('MemorySize', memoryRange) ?? defaultMemoryMb;
  const timeoutSeconds = properties.number('Timeout', timeoutRange) ?? defaultTimeoutSeconds;
  const architectures = properties.texts('Architectures') ?? [];
  if (architectures.length > 1 || !['x86_64', 'arm64'].includes(architectures[0] ?? 'x86_64')) {
    properties.expected('Architectures', 'a list of either x86_64 or arm64');
  }
  const variables = properties.map('Environment')?.check(environment).textMap('Variables') ?? {};
  const asyncInvoke = asyncInvokeOf(entry, properties, resources);
  const layers = layersOf(properties, resources);
  const tracing = isServerless
    ? properties.text('Tracing')
    : properties.map('TracingConfig')?.text('Mode');
  const isTraced = tracing === 'Active';
  const logging = loggingOf(properties);
  if (code === undefined) return undefined;
  return {
    logicalId: entry.logicalId,
    functionName: resources.ref(entry),
    arn: resources.attribute(entry, 'Arn') ?? '',
    code,
    ...(runtime === undefined ? {} : { runtime }),
    ...(handler === undefined ? {} : { handler }),
    architecture: architectures[0] === 'arm64' ? 'arm64' : 'x86_64',
    memorySizeMb,
    timeoutMs: timeoutSeconds * 1000,
    environment: variables,
    ...(logging === undefined ? {} : { logging }),
    isTraced,
    ...(reservedConcurrency === undefined ? {} : { reservedConcurrency }),
    asyncInvoke,
    ...(functionUrls.length > 0 && { functionUrls }),
    ...(Object.keys(qualifiers).length > 0 && { qualifiers }),
    ...(isIsolatedByTenant && { isIsolatedByTenant }),
    role: executionRoleOf(entry, resources),
    layers,
  };
}

const logLevels = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'] as const;
const systemLogLevels = ['DEBUG', 'INFO', 'WARN'] as const;

/**
 * Reads `LoggingConfig`
 * (https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-advanced.html).
 */
function loggingOf(properties: Reader): FunctionLogging | undefined {
  const config = properties.map('LoggingConfig')?.check(loggingConfig);
  if (config === undefined) return undefined;
  const logGroup = config.text('LogGroup');
  const format = config.oneOf('LogFormat', ['Text', 'JSON']) ?? 'Text';
  for (const level of ['ApplicationLogLevel', 'SystemLogLevel']) {
    if (format === 'JSON' || !config.has(level)) continue;
    config.expected(level, 'none, since a level needs LogFormat: JSON');
  }
  return {
    format,
    applicationLevel: config.oneOf('ApplicationLogLevel', logLevels) ?? 'INFO',
    systemLevel: config.oneOf('SystemLogLevel', systemLogLevels) ?? 'INFO',
    ...(logGroup === undefined ? {} : { logGroup }),
  };
}

/** Matches families of runtimes without their versions, because new versions appear often. */
const runtimePattern =
  /^(?:nodejs\d*(?:\.x|\.\d+)?|python\d\.\d+|java\d+(?:\.al2(?:023)?)?|dotnet(?:core)?\d+(?:\.\d+)?|go1\.x|ruby\d\.\d+|rust\d*|provided(?:\.al2(?:023)?)?)$/;

function runtimeOf(properties: Reader): string | undefined {
  const runtime = properties.requiredText('Runtime', 'a Lambda runtime such as nodejs24.x');
  if (runtime === undefined || runtimePattern.test(runtime)) return runtime;
  properties.expected('Runtime', 'a Lambda runtime such as nodejs24.x');
  return undefined;
}

/**
 * Gives the versions of aliases and published versions: `{ live: '1', '1': '1' }`. Every version is
 * the first one, because a template describes one deployment.
 */
function qualifiersOf(entry: ResourceEntry, resources: StackResources): Record<string, string> {
  const qualifiers: Record<string, string> = {};
  for (const resource of resources.ofType('AWS::Lambda::Version', 'AWS::Lambda::Alias')) {
    const arn = resources.ref(resource);
    if (resources.functionOf(arn) !== entry) continue;
    const qualifier = arn.split(':')[7];
    if (qualifier !== undefined) qualifiers[qualifier] = FIRST_VERSION;
  }
  return qualifiers;
}

const FIRST_VERSION = '1';

function functionUrlsOf(entry: ResourceEntry, resources: StackResources): FunctionUrl[] {
  return resources.ofType('AWS::Lambda::Url').flatMap((url) => {
    const target = resources.read(url).text('TargetFunctionArn');
    const isOfFunction = target !== undefined && resources.functionOf(target) === entry;
    return isOfFunction ? [functionUrlOf(url, target, resources)] : [];
  });
}

function functionUrlOf(url: ResourceEntry, target: string, resources: StackResources): FunctionUrl {
  const properties = resources.read(url).check(lambdaUrl);
  if (!properties.has('AuthType')) {
    properties.diagnostics.error(properties.path, 'AuthType is missing: NONE or AWS_IAM');
  }
  const cors = corsOf(properties, 'Cors');
  const qualifier = properties.text('Qualifier');
  const functionArn = invokedArn(target, resources) ?? '';
  return {
    logicalId: url.logicalId,
    functionArn: qualifier === undefined ? functionArn : `${functionArn}:${qualifier}`,
    urlId: generatedId(resources.stack, url.logicalId, 32),
    authType: properties.oneOf('AuthType', ['NONE', 'AWS_IAM']) ?? 'AWS_IAM',
    ...(cors === undefined ? {} : { cors }),
    invokeMode: properties.oneOf('InvokeMode', ['BUFFERED', 'RESPONSE_STREAM']) ?? 'BUFFERED',
  };
}
