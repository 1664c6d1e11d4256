/** The properties of the `AWS::Lambda::*` types and of their maps in CloudFormation's schemas. */
import type { PropertyList } from './property-list.ts';

export const lambdaFunction: PropertyList = {
  used: [
    'TracingConfig',
    'Role',
    'Architectures',
    'Code',
    'DeadLetterConfig',
    'Environment',
    'FunctionName',
    'Handler',
    'ImageConfig',
    'Layers',
    'LoggingConfig',
    'MemorySize',
    'PackageType',
    'ReservedConcurrentExecutions',
    'Runtime',
    'TenancyConfig',
    'Timeout',
  ],
  harmless: [
    'CodeSigningConfigArn',
    'Description',
    'FunctionScalingConfig',
    'KmsKeyArn',
    'PublishToLatestPublished',
    'RuntimeManagementConfig',
    'Tags',
  ],
  notEmulated: {
    SnapStart: 'there are no snapshots: every execution environment runs its init phase',
    RecursiveLoop: 'loops are not detected',
    EphemeralStorage: '/tmp is this machine’s, of any size',
    CapacityProviderConfig: 'the function runs as an ordinary one, one invocation at a time',
    DurableConfig: 'the function runs as an ordinary one, without durable executions',
    FileSystemConfigs: 'no file system is mounted',
    VpcConfig: 'the function runs in the network of this machine',
  },
};

export const imageConfig: PropertyList = { used: ['Command', 'EntryPoint', 'WorkingDirectory'] };

export const tenancyConfig: PropertyList = { used: ['TenantIsolationMode'] };

export const environment: PropertyList = { used: ['Variables'] };

export const lambdaUrl: PropertyList = {
  used: ['AuthType', 'Cors', 'InvokeMode', 'Qualifier', 'TargetFunctionArn'],
};

export const cors: PropertyList = {
  used: [
    'AllowCredentials',
    'AllowHeaders',
    'AllowMethods',
    'AllowOrigins',
    'ExposeHeaders',
    'MaxAge',
  ],
};

export const eventInvokeConfig: PropertyList = {
  used: ['DestinationConfig', 'MaximumEventAgeInSeconds', 'MaximumRetryAttempts'],
  harmless: ['FunctionName', 'Qualifier'],
};

export const destinationConfig: PropertyList = { used: ['OnFailure', 'OnSuccess'] };

export const destination: PropertyList = { used: ['Destination', 'Type'] };

export const layerVersion: PropertyList = {
  used: ['Content', 'LayerName'],
  harmless: ['CompatibleArchitectures', 'CompatibleRuntimes', 'Description', 'LicenseInfo'],
};

export const eventSourceMapping: PropertyList = {
  used: [
    'BatchSize',
    'BisectBatchOnFunctionError',
    'DestinationConfig',
    'Enabled',
    'EventSourceArn',
    'FilterCriteria',
    'FunctionName',
    'FunctionResponseTypes',
    'MaximumBatchingWindowInSeconds',
    'MaximumRecordAgeInSeconds',
    'MaximumRetryAttempts',
    'ParallelizationFactor',
    'ScalingConfig',
    'StartingPosition',
  ],
  harmless: [
    'AmazonManagedKafkaEventSourceConfig',
    'DocumentDBEventSourceConfig',
    'KmsKeyArn',
    'Queues',
    'SelfManagedEventSource',
    'SelfManagedKafkaEventSourceConfig',
    'SourceAccessConfigurations',
    'StartingPositionTimestamp',
    'Tags',
    'Topics',
  ],
  notEmulated: {
    LoggingConfig: 'the mapping has no logs of its own',
    MetricsConfig: 'the mapping has no metrics of its own',
    ProvisionedPollerConfig: 'there is one poller',
    TumblingWindowInSeconds: 'there are no tumbling windows',
  },
};

export const alias: PropertyList = {
  used: ['FunctionName', 'Name'],
  harmless: ['Description', 'FunctionVersion', 'ProvisionedConcurrencyConfig', 'RoutingConfig'],
};

export const version: PropertyList = {
  used: ['FunctionName'],
  harmless: [
    'CodeSha256',
    'Description',
    'FunctionScalingConfig',
    'ProvisionedConcurrencyConfig',
    'RuntimePolicy',
  ],
};

export const loggingConfig: PropertyList = {
  used: ['ApplicationLogLevel', 'LogFormat', 'LogGroup', 'SystemLogLevel'],
};

/** The properties of a SAM function's event of a stream or queue. */
export const eventSourceEvent: PropertyList = {
  ...eventSourceMapping,
  used: [...eventSourceMapping.used, 'Queue', 'Stream'],
  harmless: [
    ...(eventSourceMapping.harmless ?? []),
    'ConsumerGroupId',
    'KafkaBootstrapServers',
    'SchemaRegistryConfig',
    'SecretsManagerKmsKeyId',
  ],
};
