import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/**
 * A proxy between clients and a server without TLS. It can be cut: every connection ends at once.
 */
export class CuttableNetwork {
  /** How many connections clients opened. */
  connections = 0;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #address: URL;
  #isUp = true;

  private constructor(server: Server, address: URL) {
    this.#server = server;
    this.#address = address;
  }

  /** @param url the server's URL with its port: `ws://127.0.0.1:3002/development` */
  static async to(url: string): Promise<CuttableNetwork> {
    const server = createServer({ noDelay: true });
    const network = new CuttableNetwork(server, new URL(url));
    server.on('connection', (socket) => {
      network.#connected(socket);
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    return network;
  }

  /** The URL that clients connect to. */
  get url(): string {
    const { port } = this.#server.address() as AddressInfo;
    return `ws://127.0.0.1:${port}${this.#address.pathname}`;
  }

  /**
   * Ends every connection, without a closing handshake. New ones end too, until `restore` is
   * called.
   */
  cut(): void {
    this.#isUp = false;
    for (const socket of this.#sockets) socket.destroy();
  }

  restore(): void {
    this.#isUp = true;
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise((closed) => this.#server.close(closed));
  }

  #connected(near: Socket): void {
    this.connections += 1;
    if (!this.#isUp) {
      near.destroy();
      return;
    }
    const { hostname, port } = this.#address;
    const far = connect({ port: Number(port), host: hostname, noDelay: true });
    for (const socket of [near, far]) {
      this.#sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        near.destroy();
        far.destroy();
        this.#sockets.delete(socket);
      });
    }
    near.pipe(far).pipe(near);
  }
}
