// Gives each API of an emulator that finds them by their Host a port of its own, on this machine only:
//   node front.mjs EMULATOR_PORT HOST …
// Prints the ports as JSON, by host, once it listens; ends with SIGTERM.
import http from 'node:http';
import net from 'node:net';

const [emulator, ...hosts] = process.argv.slice(2);
const target = { host: '127.0.0.1', port: Number(emulator) };
const agent = new http.Agent({ keepAlive: true });

function serve(host) {
  const server = http.createServer((request, response) => {
    const { method, url: path } = request;
    const headers = { ...request.headers, host };
    const passed = http.request({ ...target, method, path, headers, agent }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    passed.on('error', (error) => {
      if (!response.headersSent) response.writeHead(502);
      response.end(String(error));
    });
    request.pipe(passed);
  });
  server.on('upgrade', (request, socket, head) => {
    const passed = net.connect(target, () => {
      const lines = [`${request.method} ${request.url} HTTP/1.1`];
      for (let index = 0; index < request.rawHeaders.length; index += 2) {
        const [name, value] = request.rawHeaders.slice(index, index + 2);
        lines.push(`${name}: ${name.toLowerCase() === 'host' ? host : value}`);
      }
      passed.write(`${lines.join('\r\n')}\r\n\r\n`);
      passed.write(head);
      passed.pipe(socket).pipe(passed);
    });
    passed.on('error', () => socket.destroy());
    socket.on('error', () => passed.destroy());
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      resolve([host, server.address().port]);
    });
  });
}

console.log(JSON.stringify(Object.fromEntries(await Promise.all(hosts.map(serve)))));
