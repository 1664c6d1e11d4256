import {
  isSamPolicyTemplate,
  managedPolicyDocument,
  type PolicySource,
  samPolicyDocument,
  SamPolicyTemplateError,
} from '../../iam/index.ts';
import type { ResourceEntry } from '../entries.ts';
import { isObject, parsedJson, type Json, type JsonObject, type Path } from '../json.ts';
import type { ExecutionRole } from '../model.ts';
import type { StackResources } from './stack-resources.ts';

/** The managed policies that SAM attaches to the roles that it makes. */
const BASIC = 'AWSLambdaBasicExecutionRole';
const OF_EVENTS: Readonly<Record<string, string>> = {
  DynamoDB: 'AWSLambdaDynamoDBExecutionRole',
  SQS: 'AWSLambdaSQSQueueExecutionRole',
};

/**
 * Reads the execution role of a function: the role that SAM makes from `Policies`, or the role of
 * the template that `Role` names. The permissions of a role outside of the template are unknown, so
 * they are not checked.
 */
export function executionRoleOf(entry: ResourceEntry, resources: StackResources): ExecutionRole {
  return new RoleReader(resources).ofFunction(entry);
}

/** Gives the role with an ARN. Its permissions are unknown if it is not in the template. */
export function roleNamed(arn: string, resources: StackResources): ExecutionRole {
  return new RoleReader(resources).ofArn(arn);
}

class RoleReader {
  readonly #resources: StackResources;
  readonly #policies: PolicySource[] = [];
  #boundary: PolicySource | undefined;
  readonly #unknown: string[] = [];
  #hasConnector = false;

  constructor(resources: StackResources) {
    this.#resources = resources;
  }

  ofFunction(entry: ResourceEntry): ExecutionRole {
    const properties = this.#resources.read(entry);
    this.#hasConnector =
      entry.connectors !== undefined ||
      this.#resources
        .ofType('AWS::Serverless::Connector')
        .some(({ properties: { Source: source } }) => memberOf(source, 'Id') === entry.logicalId);
    if (properties.value('Role') === undefined) {
      this.#readServerless(entry);
      return this.#finish(`${entry.logicalId}Role`);
    }
    return this.ofArn(properties.text('Role', 'the ARN of a role') ?? '');
  }

  ofArn(given: string): ExecutionRole {
    const role =
      this.#resources.byAttribute('Arn', given, 'AWS::IAM::Role') ??
      this.#resources.byRef(given, 'AWS::IAM::Role');
    if (role === undefined) {
      return { arn: given, policies: [], unchecked: `its role ${given} is not in the template` };
    }
    this.#readRole(role);
    return this.#finish(role.logicalId);
  }

  #finish(roleLogicalId: string): ExecutionRole {
    const { accountId } = this.#resources.stack;
    const role = this.#resources.entries.find(({ logicalId }) => logicalId === roleLogicalId);
    const arn =
      (role && this.#resources.attribute(role, 'Arn')) ??
      `arn:aws:iam::${accountId}:role/${roleLogicalId}`;
    return {
      arn,
      policies: this.#policies,
      ...(this.#boundary && { boundary: this.#boundary }),
      ...(this.#hasConnector && {
        unchecked: 'a connector gives it permissions, which are not known here',
      }),
      ...(this.#unknown.length > 0 && {
        unchecked: `its managed policies are not known here: ${this.#unknown.join(', ')}`,
      }),
    };
  }

  /**
   * Reads `Policies` of a SAM function: a managed policy, a SAM policy template, a document, or a
   * list of these.
   */
  #readServerless(entry: ResourceEntry): void {
    const properties = this.#resources.read(entry);
    this.#addManaged(BASIC, entry.path);
    if (properties.text('Tracing') === 'Active') {
      this.#addManaged('AWSXRayDaemonWriteAccess', properties.at('Tracing'));
    }
    if (properties.has('VpcConfig')) {
      this.#addManaged('AWSLambdaVPCAccessExecutionRole', properties.at('VpcConfig'));
    }
    for (const type of eventTypesOf(entry)) {
      const attached = OF_EVENTS[type];
      if (attached !== undefined) this.#addManaged(attached, properties.at('Events'));
    }
    this.#addDestinations(entry);
    const given = properties.value('Policies');
    const listed = Array.isArray(given) ? given : given === undefined ? [] : [given];
    for (const [index, policy] of listed.entries()) {
      const path = Array.isArray(given)
        ? [...properties.at('Policies'), index]
        : properties.at('Policies');
      this.#addServerlessPolicy(entry.logicalId, policy, path, index);
    }
    this.#readBoundary(
      properties.text('PermissionsBoundary'),
      properties.at('PermissionsBoundary'),
    );
  }

  #addServerlessPolicy(owner: string, policy: Json, path: Path, index: number): void {
    if (typeof policy === 'string') {
      this.#addManaged(policy, path);
      return;
    }
    if (!isObject(policy)) {
      this.#resources.diagnostics.error(
        path,
        'expected a policy: a name, an ARN, a SAM policy template or a document',
      );
      return;
    }
    const name = `${owner}.Policies[${index}]`;
    if ('Statement' in policy) {
      this.#add(name, { Version: '2012-10-17', ...policy }, path);
      return;
    }
    for (const [template, values] of Object.entries(policy)) {
      if (!isSamPolicyTemplate(template)) {
        this.#resources.diagnostics.error(path, `SAM has no policy template called ${template}`);
        continue;
      }
      try {
        const document = samPolicyDocument(
          template,
          isObject(values) ? values : {},
          this.#resources.stack,
        );
        this.#add(`${name}.${template}`, document, path);
      } catch (error) {
        if (!(error instanceof SamPolicyTemplateError)) throw error;
        this.#resources.diagnostics.error(path, error.message);
      }
    }
  }

  /**
   * Adds the permissions that SAM gives a function for its dead-letter queue, its destinations, and
   * those of its events.
   */
  #addDestinations(entry: ResourceEntry): void {
    const properties = this.#resources.read(entry);
    const invoke = destinationsOf(properties.value('EventInvokeConfig'));
    const targets: [target: Json | undefined, property: string, name: string][] = [
      [memberOf(properties.value('DeadLetterQueue'), 'TargetArn'), 'DeadLetterQueue', ''],
      [memberOf(invoke.OnSuccess, 'Destination'), 'EventInvokeConfig', '.OnSuccess'],
      [memberOf(invoke.OnFailure, 'Destination'), 'EventInvokeConfig', '.OnFailure'],
    ];
    const events = properties.value('Events');
    for (const [name, event] of Object.entries(isObject(events) ? events : {})) {
      const { OnFailure: target } = destinationsOf(memberOf(event, 'Properties'));
      // SAM attaches the policy only if there is a `Type`. Otherwise the template has to grant the
      // permission.
      if (memberOf(target, 'Type') === undefined) continue;
      targets.push([memberOf(target, 'Destination'), 'Events', `.${name}`]);
    }
    for (const [arn, property, name] of targets) {
      if (typeof arn !== 'string') continue;
      const action = SEND_ACTIONS[arn.split(':')[2] ?? ''];
      if (action === undefined) continue;
      const document = {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action: action, Resource: arn }],
      };
      this.#addAttached(`${entry.logicalId}.${property}${name}`, document, properties.at(property));
    }
  }

  #readRole(role: ResourceEntry): void {
    const properties = this.#resources.read(role);
    this.#addInline(role, properties.value('Policies'), properties.at('Policies'));
    const managed = properties.value('ManagedPolicyArns');
    for (const [index, arn] of (Array.isArray(managed) ? managed : []).entries()) {
      if (typeof arn === 'string') {
        this.#addManaged(arn, [...properties.at('ManagedPolicyArns'), index]);
      }
    }
    const roleName = this.#resources.ref(role);
    for (const policy of this.#resources.ofType(...ATTACHED_TYPES)) {
      const attached = this.#resources.read(policy);
      const roles = attached.value('Roles') ?? attached.value('RoleName');
      if ((Array.isArray(roles) ? roles : [roles]).includes(roleName)) {
        this.#add(
          policy.logicalId,
          attached.value('PolicyDocument'),
          attached.at('PolicyDocument'),
        );
      }
    }
    this.#readBoundary(
      properties.text('PermissionsBoundary'),
      properties.at('PermissionsBoundary'),
    );
  }

  #addInline(role: ResourceEntry, policies: Json | undefined, path: Path): void {
    for (const [index, policy] of (Array.isArray(policies) ? policies : []).entries()) {
      if (!isObject(policy)) continue;
      const name = `${role.logicalId}.Policies[${index}]`;
      this.#add(name, policy.PolicyDocument, [...path, index, 'PolicyDocument']);
    }
  }

  /** Adds a managed policy of AWS or of this template, by its name or ARN. */
  #addManaged(nameOrArn: string, path: Path): void {
    const document = managedPolicyDocument(nameOrArn);
    if (document !== undefined) {
      this.#addAttached(nameOrArn, document, path);
      return;
    }
    const own = this.#resources.byRef(nameOrArn, 'AWS::IAM::ManagedPolicy');
    if (own === undefined) {
      this.#unknown.push(nameOrArn);
      return;
    }
    const properties = this.#resources.read(own);
    this.#add(own.logicalId, properties.value('PolicyDocument'), properties.at('PolicyDocument'));
  }

  #readBoundary(nameOrArn: string | undefined, path: Path): void {
    if (nameOrArn === undefined) return;
    const known = new RoleReader(this.#resources);
    known.#addManaged(nameOrArn, path);
    const [boundary] = known.#policies;
    if (boundary === undefined) this.#unknown.push(nameOrArn);
    else this.#boundary = boundary;
  }

  #add(
    name: string,
    document: Json | Readonly<Record<string, unknown>> | undefined,
    path: Path,
  ): void {
    const isText = typeof document === 'string';
    this.#push({ name, document: isText ? parsedJson(document) : document }, path);
  }

  /** Adds a policy whose statements are not in the template. */
  #addAttached(name: string, document: unknown, path: Path): void {
    this.#push({ name, document, isAttached: true }, path);
  }

  #push(policy: PolicySource, path: Path): void {
    if (this.#policies.some(({ name }) => name === policy.name)) return;
    const line = this.#resources.diagnostics.lineOf(path);
    this.#policies.push({ ...policy, ...(line !== undefined && { line }) });
  }
}

const SEND_ACTIONS: Readonly<Record<string, string>> = {
  sqs: 'sqs:SendMessage',
  sns: 'sns:Publish',
  lambda: 'lambda:InvokeFunction',
  events: 'events:PutEvents',
};

const ATTACHED_TYPES = ['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy', 'AWS::IAM::RolePolicy'];

function eventTypesOf({ properties }: ResourceEntry): string[] {
  const events = properties.Events;
  return Object.values(isObject(events) ? events : {}).flatMap((event: Json | undefined) =>
    isObject(event) && typeof event.Type === 'string' ? [polledType(event, event.Type)] : [],
  );
}

/**
 * Gives the type of the polled source. With `SqsSubscription`, SAM puts a queue between the topic
 * and the function.
 */
function polledType(event: JsonObject, type: string): string {
  const hasQueue = Boolean(memberOf(event.Properties, 'SqsSubscription'));
  return type === 'SNS' && hasQueue ? 'SQS' : type;
}

function memberOf(value: Json | undefined, name: string): Json | undefined {
  return isObject(value) ? value[name] : undefined;
}

/** Reads `DestinationConfig` of an `EventInvokeConfig`, or of an event's properties. */
function destinationsOf(value: Json | undefined): Readonly<Record<string, Json | undefined>> {
  const config = memberOf(value, 'DestinationConfig');
  return isObject(config) ? config : {};
}
