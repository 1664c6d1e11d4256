/** Echoes, through the route response; the response to the text `connection-id` is the caller's id. */
export const handler = async ({ body, requestContext }) => ({
  statusCode: 200,
  body: body === 'connection-id' ? requestContext.connectionId : body,
});
