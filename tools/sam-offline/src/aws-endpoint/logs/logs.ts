import type { AwsCall, AwsResponse } from '../call.ts';
import { serve, type ServiceDefinition } from '../protocol/index.ts';
import { invalidInput } from './errors.ts';
import { filterLogEvents } from './filter-log-events.ts';
import { getLogEvents } from './get-log-events.ts';
import {
  createLogGroup,
  createLogStream,
  describeLogGroups,
  describeLogStreams,
} from './groups.ts';
import { LogGroups } from './log-groups.ts';
import { putLogEvents } from './put-log-events.ts';
import type { LogsOptions } from './options.ts';

const NO_QUERIES =
  'Logs Insights queries are not evaluated; FilterLogEvents searches with a filter pattern';

/** Makes the API of CloudWatch Logs for the log entries of the stack's run. */
export function createLogs(options: LogsOptions): (call: AwsCall) => Promise<AwsResponse> {
  const target = { ...options, groups: new LogGroups(options) };
  const definition: ServiceDefinition = {
    name: 'CloudWatch Logs',
    operations: {
      CreateLogGroup: createLogGroup(target),
      CreateLogStream: createLogStream(target),
      DescribeLogGroups: describeLogGroups(target),
      DescribeLogStreams: describeLogStreams(target),
      FilterLogEvents: filterLogEvents(target),
      GetLogEvents: getLogEvents(target),
      PutLogEvents: putLogEvents(target),
    },
    unsupported: {
      StartQuery: NO_QUERIES,
      GetQueryResults: NO_QUERIES,
      StopQuery: NO_QUERIES,
      DescribeQueries: NO_QUERIES,
      GetLogGroupFields: NO_QUERIES,
      GetLogRecord: NO_QUERIES,
      StartLiveTail: '"aws logs tail --follow", which asks FilterLogEvents, shows new events',
    },
    invalidInput,
  };
  return (call) => serve(definition, call);
}
