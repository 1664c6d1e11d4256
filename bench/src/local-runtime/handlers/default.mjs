/** Echoes, through the route response; the text `connection-id` is answered with the caller's id. */
export const handler = async ({ body, requestContext }) => ({
  statusCode: 200,
  body: body === 'connection-id' ? requestContext.connectionId : body,
});
