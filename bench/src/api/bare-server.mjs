/**
 * `node bare-server.mjs`: the bare app on Node's own HTTP server, with no function, gateway or
 * table. It shows the best that this machine can do.
 */
import { createServer } from 'node:http';
import { createBareApp } from './bare/app.mjs';

const app = createBareApp('/bench');

const server = createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const fetched = await app.fetch(
    new Request(`http://${request.headers.host}${request.url}`, {
      method: request.method,
      headers: request.headers,
      ...(chunks.length > 0 && { body: Buffer.concat(chunks) }),
    }),
  );
  const body = Buffer.from(await fetched.arrayBuffer());
  response.writeHead(fetched.status, {
    ...Object.fromEntries(fetched.headers),
    'content-length': body.length,
  });
  response.end(body);
});

server.listen(0, '127.0.0.1', () => {
  console.log(`LISTENING ${server.address().port}`);
});
