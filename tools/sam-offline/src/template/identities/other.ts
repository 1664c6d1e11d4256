import type { Json } from '../json.ts';
import { arn, generatedId, generatedUuid, physicalName } from '../names.ts';
import type { Identity, IdentityContext } from './identity.ts';
import { textOf } from './identity.ts';

/**
 * Gives the values of a resource that is not emulated. Names and ARNs have AWS's form, so that
 * references to the resource get plausible values.
 */
export function identifyOther(context: IdentityContext): Identity {
  const { entry } = context;
  const identity = known[entry.type]?.(context) ?? byName(context, nameProperty(entry.type));
  return {
    ...identity,
    otherAttribute: (name) => plausible(name, identity, context),
  };
}

/** Makes an identity whose `Ref` is the name. */
function byName(context: IdentityContext, property: string, resource = ''): Identity {
  const { entry, stack } = context;
  const name = textOf(context, property) ?? physicalName(stack, entry.logicalId);
  return {
    ref: name,
    attributes: { Arn: arn(stack, serviceOf(entry.type), `${resource}${name}`) },
  };
}

/** Makes an identity whose `Ref` is the ARN. */
function byArn(context: IdentityContext, property: string, resource = ''): Identity {
  const { ref, attributes } = byName(context, property, resource);
  return { ref: textOr(attributes.Arn, ref), attributes: { ...attributes, Name: ref } };
}

/**
 * Makes an identity with the domain name of the template. The other attributes are only plausible.
 */
function domainName(context: IdentityContext): Identity {
  const name = textOf(context, 'DomainName') ?? `${context.entry.logicalId.toLowerCase()}.example`;
  return {
    ref: name,
    attributes: { DomainNameArn: arn(context.stack, 'apigateway', `/domainnames/${name}`) },
  };
}

const known: Readonly<Record<string, (context: IdentityContext) => Identity>> = {
  'AWS::ApiGateway::DomainName': domainName,
  'AWS::ApiGateway::DomainNameV2': domainName,
  'AWS::ApiGatewayV2::DomainName': domainName,
  'AWS::CloudWatch::Alarm': (context) => byName(context, 'AlarmName', 'alarm:'),
  'AWS::CloudWatch::CompositeAlarm': (context) => byName(context, 'AlarmName', 'alarm:'),
  'AWS::Cognito::UserPool': ({ entry, stack }) => {
    const id = `${stack.region}_${generatedId(stack, entry.logicalId, 9)}`;
    const provider = `cognito-idp.${stack.region}.${stack.urlSuffix}/${id}`;
    return {
      ref: id,
      attributes: {
        Arn: arn(stack, 'cognito-idp', `userpool/${id}`),
        ProviderName: provider,
        ProviderURL: `https://${provider}`,
        UserPoolId: id,
      },
    };
  },
  'AWS::Cognito::UserPoolClient': ({ entry, stack }) => {
    const id = generatedId(stack, entry.logicalId, 26);
    return { ref: id, attributes: { ClientId: id } };
  },
  'AWS::ECR::Repository': (context) => {
    const { stack } = context;
    const name =
      textOf(context, 'RepositoryName') ??
      physicalName(stack, context.entry.logicalId).toLowerCase();
    const host = `${stack.accountId}.dkr.ecr.${stack.region}.${stack.urlSuffix}`;
    return {
      ref: name,
      attributes: {
        Arn: arn(stack, 'ecr', `repository/${name}`),
        RepositoryUri: `${host}/${name}`,
      },
    };
  },
  'AWS::IAM::ManagedPolicy': (context) => global(byArn(context, 'ManagedPolicyName', 'policy/')),
  'AWS::IAM::Role': (context) => global(byName(context, 'RoleName', 'role/')),
  'AWS::IAM::User': (context) => global(byName(context, 'UserName', 'user/')),
  'AWS::KMS::Key': ({ entry, stack }) => {
    const id = generatedUuid(stack, entry.logicalId);
    return { ref: id, attributes: { Arn: arn(stack, 'kms', `key/${id}`), KeyId: id } };
  },
  'AWS::Kinesis::Stream': (context) => byName(context, 'Name', 'stream/'),
  'AWS::Logs::LogGroup': (context) => {
    const { ref, attributes } = byName(context, 'LogGroupName', 'log-group:');
    return { ref, attributes: { Arn: `${textOr(attributes.Arn, ref)}:*` } };
  },
  'AWS::Serverless::StateMachine': (context) => byArn(context, 'Name', 'stateMachine:'),
  'AWS::StepFunctions::StateMachine': (context) =>
    byArn(context, 'StateMachineName', 'stateMachine:'),
};

function textOr(value: Json | undefined, fallback: string): string {
  return typeof value === 'string' ? value : fallback;
}

/** Removes the region from the ARN, because IAM resources are global. */
function global(identity: Identity): Identity {
  const stripText = (text: string): string => text.replace(/^(arn:[^:]+:iam:)[^:]+/, '$1');
  const strip = (value: Json): Json => (typeof value === 'string' ? stripText(value) : value);
  return {
    ref: stripText(identity.ref),
    attributes: Object.fromEntries(
      Object.entries(identity.attributes).map(([name, value]) => [name, strip(value)]),
    ),
  };
}

function plausible(name: string, identity: Identity, { entry, stack }: IdentityContext): Json {
  if (name.endsWith('Arn'))
    return arn(stack, serviceOf(entry.type), physicalName(stack, entry.logicalId));
  if (/(?:Endpoint|DomainName|Address|Host)$/.test(name)) {
    return `${entry.logicalId.toLowerCase()}.${serviceOf(entry.type)}.${stack.region}.${stack.urlSuffix}`;
  }
  if (/ur[il]$/i.test(name)) {
    return `https://${entry.logicalId.toLowerCase()}.${serviceOf(entry.type)}.${stack.region}.${stack.urlSuffix}`;
  }
  return `${identity.ref}-${name}`;
}

/**
 * Gives the service's name in ARNs: `AWS::StepFunctions::StateMachine` → `states`. For most types
 * it is the lower-case name.
 */
function serviceOf(type: string): string {
  const service = type.split('::')[1] ?? 'custom';
  const irregular: Readonly<Record<string, string>> = {
    ApiGatewayV2: 'apigateway',
    CertificateManager: 'acm',
    Cognito: 'cognito-idp',
    Serverless: 'states',
    StepFunctions: 'states',
  };
  return irregular[service] ?? service.toLowerCase();
}

function nameProperty(type: string): string {
  return type.startsWith('AWS::IAM::') ? `${type.split('::')[2] ?? ''}Name` : 'Name';
}
