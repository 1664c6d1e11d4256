/** Properties of tables and queues, as CloudFormation's schemas have them. */
import type { PropertyList } from './property-list.ts';

export const table: PropertyList = {
  used: [
    'AttributeDefinitions',
    'GlobalSecondaryIndexes',
    'KeySchema',
    'LocalSecondaryIndexes',
    'StreamSpecification',
    'TableName',
    'TimeToLiveSpecification',
  ],
  harmless: [
    'BillingMode',
    'ContributorInsightsSpecification',
    'DeletionProtectionEnabled',
    'PointInTimeRecoverySpecification',
    'SSESpecification',
    'TableClass',
    'Tags',
    'WarmThroughput',
  ],
  notEmulated: {
    ResourcePolicy: 'the policy of a table is not looked at',
    ProvisionedThroughput: 'capacity is not limited; --limit tableReads and tableWrites limit it',
    OnDemandThroughput: 'capacity is not limited; --limit tableReads and tableWrites limit it',
    ImportSourceSpecification: 'nothing is imported',
    KinesisStreamSpecification: 'nothing is sent to Kinesis',
    VectorIndexes: 'there are no vector indexes',
  },
};

export const globalTable: PropertyList = {
  used: table.used,
  harmless: [
    'BillingMode',
    'GlobalTableSourceArn',
    'MultiRegionConsistency',
    'SSESpecification',
    'TableType',
    'WarmThroughput',
    // One region runs here: replicas are the same table.
    'Replicas',
    'GlobalTableWitnesses',
  ],
  notEmulated: {
    WriteProvisionedThroughputSettings:
      'capacity is not limited; --limit tableReads and tableWrites limit it',
    WriteOnDemandThroughputSettings:
      'capacity is not limited; --limit tableReads and tableWrites limit it',
    ReadProvisionedThroughputSettings:
      'capacity is not limited; --limit tableReads and tableWrites limit it',
    ReadOnDemandThroughputSettings:
      'capacity is not limited; --limit tableReads and tableWrites limit it',
    VectorIndexes: 'there are no vector indexes',
  },
};

export const secondaryIndex: PropertyList = {
  used: ['IndexName', 'KeySchema', 'Projection'],
  harmless: [
    'ContributorInsightsSpecification',
    'OnDemandThroughput',
    'ProvisionedThroughput',
    'ReadOnDemandThroughputSettings',
    'ReadProvisionedThroughputSettings',
    'WarmThroughput',
    'WriteOnDemandThroughputSettings',
    'WriteProvisionedThroughputSettings',
  ],
};

export const queue: PropertyList = {
  used: [
    'ContentBasedDeduplication',
    'DeduplicationScope',
    'DelaySeconds',
    'FifoQueue',
    'FifoThroughputLimit',
    'MaximumMessageSize',
    'MessageRetentionPeriod',
    'QueueName',
    'ReceiveMessageWaitTimeSeconds',
    'RedriveAllowPolicy',
    'RedrivePolicy',
    'VisibilityTimeout',
  ],
  harmless: ['KmsDataKeyReusePeriodSeconds', 'KmsMasterKeyId', 'SqsManagedSseEnabled', 'Tags'],
};

export const streamSpecification: PropertyList = {
  used: ['StreamViewType'],
  harmless: ['ResourcePolicy', 'Tags'],
};
