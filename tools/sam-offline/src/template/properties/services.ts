/**
 * The properties of buckets, topics, event buses, schedules, parameters and secrets in
 * CloudFormation's schemas.
 */
import type { PropertyList } from './property-list.ts';

export const bucket: PropertyList = {
  used: [
    'AccessControl',
    'BucketName',
    'CorsConfiguration',
    'NotificationConfiguration',
    'PublicAccessBlockConfiguration',
  ],
  harmless: [
    'AbacStatus',
    'AccelerateConfiguration',
    'AnalyticsConfigurations',
    'BucketEncryption',
    'BucketNamePrefix',
    'BucketNamespace',
    'IntelligentTieringConfigurations',
    'InventoryConfigurations',
    'LoggingConfiguration',
    'MetadataConfiguration',
    'MetadataTableConfiguration',
    'MetricsConfigurations',
    'OwnershipControls',
    'Tags',
  ],
  notEmulated: {
    LifecycleConfiguration: 'objects stay until they are deleted',
    ObjectLockConfiguration: 'objects are not locked',
    ObjectLockEnabled: 'objects are not locked',
    ReplicationConfiguration: 'objects are not replicated',
    VersioningConfiguration: 'only the latest version of each object is kept',
    WebsiteConfiguration: 'there is no website endpoint',
  },
};

export const bucketNotifications: PropertyList = {
  used: [
    'EventBridgeConfiguration',
    'LambdaConfigurations',
    'QueueConfigurations',
    'TopicConfigurations',
  ],
};

export const topic: PropertyList = {
  used: [
    'ContentBasedDeduplication',
    'DisplayName',
    'FifoThroughputScope',
    'FifoTopic',
    'MaximumMessageSize',
    'Subscription',
    'TopicName',
  ],
  harmless: ['DeliveryStatusLogging', 'KmsMasterKeyId', 'Tags', 'TracingConfig'],
  notEmulated: {
    ArchivePolicy: 'messages are not archived',
    DataProtectionPolicy: 'messages are not checked for sensitive data',
    SignatureVersion: 'messages have no signature that can be verified',
  },
};

export const subscription: PropertyList = {
  used: [
    'Endpoint',
    'FilterPolicy',
    'FilterPolicyScope',
    'Protocol',
    'RawMessageDelivery',
    'RedrivePolicy',
    'TopicArn',
  ],
  harmless: ['Region', 'SubscriptionRoleArn'],
  notEmulated: {
    DeliveryPolicy: 'failed deliveries are retried with the default policy',
    ReplayPolicy: 'messages are not archived, so none are replayed',
  },
};

export const eventBus: PropertyList = {
  used: ['Name', 'Policy'],
  harmless: ['Description', 'KmsKeyIdentifier', 'LogConfig', 'Tags'],
  notEmulated: {
    DeadLetterConfig: 'events are not encrypted, so no event fails because of its key',
    EventSourceName: 'there are no partners that send events',
  },
};

export const rule: PropertyList = {
  used: [
    'Description',
    'EventBusName',
    'EventPattern',
    'Name',
    'ScheduleExpression',
    'State',
    'Targets',
  ],
  harmless: ['RoleArn', 'Tags'],
};

export const ruleTarget: PropertyList = {
  used: [
    'Arn',
    'DeadLetterConfig',
    'Id',
    'Input',
    'InputPath',
    'InputTransformer',
    'RetryPolicy',
    'SqsParameters',
  ],
  harmless: [
    'AppSyncParameters',
    'BatchParameters',
    'EcsParameters',
    'HttpParameters',
    'KinesisParameters',
    'RedshiftDataParameters',
    'RoleArn',
    'RunCommandParameters',
    'SageMakerPipelineParameters',
  ],
};

export const schedule: PropertyList = {
  used: [
    'EndDate',
    'FlexibleTimeWindow',
    'GroupName',
    'Name',
    'ScheduleExpression',
    'ScheduleExpressionTimezone',
    'StartDate',
    'State',
    'Target',
  ],
  harmless: ['Description', 'KmsKeyArn'],
};

export const ssmParameter: PropertyList = {
  used: ['Description', 'Name', 'Type', 'Value'],
  harmless: ['AllowedPattern', 'DataType', 'Tags', 'Tier'],
  notEmulated: { Policies: 'parameters do not expire' },
};

export const secret: PropertyList = {
  used: ['Description', 'GenerateSecretString', 'Name', 'SecretString'],
  harmless: ['KmsKeyId', 'ReplicaRegions', 'Tags', 'Type'],
};

export const scheduleGroup: PropertyList = { used: ['Name'], harmless: ['Tags'] };

const ruleEvent: PropertyList = {
  used: [
    'DeadLetterConfig',
    'Enabled',
    'EventBusName',
    'Input',
    'InputPath',
    'InputTransformer',
    'Pattern',
    'RetryPolicy',
    'RuleName',
    'State',
    'Target',
  ],
};

/** The properties of SAM functions' events whose services push the events. */
export const pushedEvents: Readonly<Record<string, PropertyList>> = {
  CloudWatchEvent: ruleEvent,
  EventBridgeRule: ruleEvent,
  S3: { used: ['Bucket', 'Events', 'Filter'] },
  SNS: {
    used: ['FilterPolicy', 'FilterPolicyScope', 'RedrivePolicy', 'SqsSubscription', 'Topic'],
    harmless: ['Region'],
  },
  Schedule: {
    used: [
      'DeadLetterConfig',
      'Description',
      'Enabled',
      'Input',
      'Name',
      'RetryPolicy',
      'Schedule',
      'State',
    ],
    harmless: ['RuleName'],
  },
  ScheduleV2: {
    used: [
      'DeadLetterConfig',
      'Description',
      'EndDate',
      'FlexibleTimeWindow',
      'GroupName',
      'Input',
      'Name',
      'OmitName',
      'PermissionsBoundary',
      'RetryPolicy',
      'RoleArn',
      'ScheduleExpression',
      'ScheduleExpressionTimezone',
      'StartDate',
      'State',
    ],
    harmless: ['KmsKeyArn'],
  },
};
