import type { AccessLogSettings } from '../model.ts';
import { accessLog as accessLogProperties } from '../properties/index.ts';
import type { Reader } from '../reader.ts';

const LOG_GROUP_ARN = /^arn:[\w-]+:logs:[\w-]*:\d*:log-group:([^:*]+)(?::\*)?$/;

/**
 * Reads the access log settings of a stage: `AccessLogSettings` of HTTP and WebSocket APIs,
 * `AccessLogSetting` of REST APIs. Undefined if there are none, or if the log's destination is not
 * emulated.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-apigatewayv2-stage-accesslogsettings.html
 */
export function accessLogOf(
  stage: Reader,
  property: 'AccessLogSettings' | 'AccessLogSetting',
): { readonly accessLog?: AccessLogSettings } {
  const settings = stage.map(property)?.check(accessLogProperties);
  const arn = settings?.text('DestinationArn', 'the ARN of a log group');
  if (settings === undefined || arn === undefined) return {};
  const format = settings.requiredText('Format', 'a format with $context.requestId');
  if (format === undefined) return {};
  if (!/\$context\.(?:requestId|extendedRequestId)(?!\w)/.test(format)) {
    settings.expected('Format', 'a format with $context.requestId, which AWS requires');
  }
  const logGroup = LOG_GROUP_ARN.exec(arn)?.[1];
  if (logGroup !== undefined) return { accessLog: { logGroup, format } };
  if (arn.includes(':firehose:')) {
    stage.diagnostics.warn(
      settings.at('DestinationArn'),
      'the access log is not written: Data Firehose is not emulated; use the ARN of a log group',
    );
  } else {
    settings.expected(
      'DestinationArn',
      'the ARN of a log group, such as `arn:aws:logs:eu-west-1:123456789012:log-group:name`',
    );
  }
  return {};
}
