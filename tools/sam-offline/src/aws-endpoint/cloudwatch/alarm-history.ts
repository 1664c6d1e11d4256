import { z } from 'zod';
import type { AlarmHistoryItem } from '../../alarms/index.ts';
import { operation, pageToken, readPageToken, timeScalar } from '../protocol/index.ts';
import { alarmTypesInput, recordsInput } from './describe-alarms.ts';
import { invalidNextToken } from './errors.ts';
import { text } from './inputs.ts';
import type { CloudWatchTarget } from './target.ts';

const DEFAULT_RECORDS = 100;

const describeAlarmHistoryInput = z.object({
  AlarmName: text(255).optional(),
  AlarmTypes: alarmTypesInput,
  HistoryItemType: text(100).optional(),
  StartDate: timeScalar.optional(),
  EndDate: timeScalar.optional(),
  ScanBy: z.enum(['TimestampDescending', 'TimestampAscending']).optional(),
  MaxRecords: recordsInput,
  NextToken: z.string('is not a string').optional(),
});

/** Makes `DescribeAlarmHistory`. By default, the newest item is the first one. */
export function describeAlarmHistory({ alarms }: CloudWatchTarget) {
  return operation(
    describeAlarmHistoryInput,
    ({ NextToken: token, MaxRecords: limit, ...request }) => {
      const skipped = token === undefined ? 0 : readPageToken(token, request);
      if (typeof skipped !== 'number') throw invalidNextToken();
      // As on AWS, composite alarms are only returned if the request has their name or their type.
      const types =
        request.AlarmTypes ?? (request.AlarmName === undefined ? ['MetricAlarm'] : undefined);
      const found = alarms.history.filter(
        ({ alarmName, alarmType, type, timeMs }: AlarmHistoryItem) =>
          (request.AlarmName ?? alarmName) === alarmName &&
          (types?.includes(alarmType) ?? true) &&
          (request.HistoryItemType ?? type) === type &&
          timeMs >= (request.StartDate ?? -Infinity) &&
          timeMs <= (request.EndDate ?? Infinity),
      );
      if (request.ScanBy !== 'TimestampAscending') found.reverse();
      const page = found.slice(skipped, skipped + (limit ?? DEFAULT_RECORDS));
      const next = skipped + page.length;
      return {
        AlarmHistoryItems: page.map((item) => ({
          AlarmName: item.alarmName,
          AlarmType: item.alarmType,
          Timestamp: new Date(item.timeMs),
          HistoryItemType: item.type,
          HistorySummary: item.summary,
          HistoryData: item.data,
        })),
        NextToken: next < found.length ? pageToken(next, request) : undefined,
      };
    },
  );
}
