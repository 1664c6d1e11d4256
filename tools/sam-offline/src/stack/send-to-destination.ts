import type { Targets } from '../delivery/index.ts';
import type { DeadLetterAttributes } from '../lambda/index.ts';

/**
 * Delivers the records of asynchronous invocations to their destination: a queue, a function, a
 * topic or an event bus of the stack. At its start, the stack has checked that the function's role
 * allows it.
 *
 * @throws DeliveryError if the ARN names another kind of resource, or if the target refuses the
 *   record
 */
export function createDestinationSender(
  targets: Targets,
): (arn: string, body: string, attributes?: DeadLetterAttributes) => Promise<void> {
  return async (arn, body, attributes) => {
    await targets.send(
      arn,
      {
        body,
        ...(attributes && { attributes: messageAttributes(attributes) }),
        // https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
        ...(arn.split(':')[2] === 'events' && { event: destinationEvent(body) }),
      },
      undefined,
    );
  };
}

function messageAttributes(attributes: DeadLetterAttributes) {
  return {
    RequestID: { DataType: 'String', StringValue: attributes.RequestID },
    ErrorCode: { DataType: 'Number', StringValue: attributes.ErrorCode },
    ErrorMessage: { DataType: 'String', StringValue: attributes.ErrorMessage },
  };
}

/** "Lambda passes the function response as the detail in the PutEvents call." */
function destinationEvent(body: string) {
  const { requestContext } = JSON.parse(body) as {
    readonly requestContext: { readonly functionArn: string; readonly condition: string };
  };
  const isSuccess = requestContext.condition === 'Success';
  return {
    source: 'lambda',
    detailType: `Lambda Function Invocation Result - ${isSuccess ? 'Success' : 'Failure'}`,
    resources: [requestContext.functionArn],
  };
}
