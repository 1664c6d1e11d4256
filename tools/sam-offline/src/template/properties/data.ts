/** The properties of tables and queues in CloudFormation's schemas. */
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
    ResourcePolicy: 'the policy of a table is not evaluated',
    ProvisionedThroughput:
      'the throughput is not limited; set --limit tableReads and --limit tableWrites',
    OnDemandThroughput:
      'the throughput is not limited; set --limit tableReads and --limit tableWrites',
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
    // There is only one region here, so all replicas are the same table.
    'Replicas',
    'GlobalTableWitnesses',
  ],
  notEmulated: {
    WriteProvisionedThroughputSettings:
      'the throughput is not limited; set --limit tableReads and --limit tableWrites',
    WriteOnDemandThroughputSettings:
      'the throughput is not limited; set --limit tableReads and --limit tableWrites',
    ReadProvisionedThroughputSettings:
      'the throughput is not limited; set --limit tableReads and --limit tableWrites',
    ReadOnDemandThroughputSettings:
      'the throughput is not limited; set --limit tableReads and --limit tableWrites',
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
