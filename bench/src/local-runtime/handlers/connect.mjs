/** Accepts every connection. */
export const handler = async () => ({ statusCode: 200 });
