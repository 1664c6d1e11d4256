import { z } from 'zod';
import { operation, ServiceError } from '../protocol/index.ts';
import { text } from './inputs.ts';
import type { CloudWatchTarget } from './target.ts';

const setAlarmStateInput = z.object({
  AlarmName: text(255),
  StateValue: z.enum(['OK', 'ALARM', 'INSUFFICIENT_DATA'], 'is not a state'),
  StateReason: z.string('is not a string').max(1023, 'is longer than 1023 characters'),
  StateReasonData: z
    .string('is not a string')
    .max(4000, 'is longer than 4000 characters')
    .optional(),
});

/** Makes `SetAlarmState`. The state lasts until the alarm is evaluated again. */
export function setAlarmState({ alarms }: CloudWatchTarget) {
  return operation(setAlarmStateInput, (input) => {
    const { StateReasonData: reasonData } = input;
    if (reasonData !== undefined && !isJson(reasonData)) {
      throw new ServiceError('InvalidFormatFault', 'StateReasonData is not JSON.', {
        queryCode: 'InvalidFormat',
      });
    }
    const isKnown = alarms.setState(
      input.AlarmName,
      input.StateValue,
      input.StateReason,
      reasonData,
    );
    if (!isKnown) {
      throw new ServiceError('ResourceNotFound', `There is no alarm ${input.AlarmName}.`, {
        statusCode: 404,
      });
    }
    return undefined;
  });
}

/** Makes `EnableAlarmActions` and `DisableAlarmActions`. */
export function setAlarmActions({ alarms }: CloudWatchTarget, areEnabled: boolean) {
  const input = z.object({ AlarmNames: z.array(text(255)).max(100, 'has more than 100 names') });
  return operation(input, ({ AlarmNames: names }) => {
    alarms.setActionsEnabled(names, areEnabled);
    return undefined;
  });
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
