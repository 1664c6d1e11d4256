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
    'OnDemandThroughput',
    'PointInTimeRecoverySpecification',
    'ProvisionedThroughput',
    'ResourcePolicy',
    'SSESpecification',
    'TableClass',
    'Tags',
    'WarmThroughput',
  ],
  notEmulated: {
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
    'ReadOnDemandThroughputSettings',
    'ReadProvisionedThroughputSettings',
    'SSESpecification',
    'TableType',
    'WarmThroughput',
    'WriteOnDemandThroughputSettings',
    'WriteProvisionedThroughputSettings',
    // One region runs here: replicas are the same table.
    'Replicas',
    'GlobalTableWitnesses',
  ],
  notEmulated: { VectorIndexes: 'there are no vector indexes' },
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
