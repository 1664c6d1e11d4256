/** The load process: runs the commands of `protocol.ts` that its parent sends. */
import { readFileSync } from 'node:fs';
import { measureBroadcast } from './broadcast.ts';
import { Fleet } from './fleet.ts';
import { Followers } from './followers.ts';
import { flood } from './flood.ts';
import { measurePushes } from './pushes.ts';
import type { CommandMessage, CommandName, LoadCommands, ResultMessage } from './protocol.ts';

type Handlers = {
  [Name in CommandName]: (
    argument: LoadCommands[Name]['argument'],
  ) => LoadCommands[Name]['result'] | Promise<LoadCommands[Name]['result']>;
};

const fleet = new Fleet();
const followers = new Followers();

const handlers: Handlers = {
  openFileLimit: () => {
    const limits = readFileSync('/proc/self/limits', 'utf8');
    return Number(/^Max open files\s+(\d+)/m.exec(limits)?.[1] ?? Infinity);
  },
  open: (request) => fleet.open(request),
  stopOpening: () => {
    fleet.stopOpening();
    return undefined;
  },
  echo: (request) => fleet.echo(request),
  pingAll: (request) => fleet.pingAll(request),
  flood: (request) => flood(fleet, request),
  close: () => fleet.close(),
  push: (request) => measurePushes(fleet, request),
  follow: (request) => followers.follow(request),
  followed: (request) => followers.followed(request),
  broadcast: (request) => measureBroadcast(fleet, request),
  drop: () => {
    fleet.drop();
    return undefined;
  },
};

process.on('message', (message: CommandMessage) => {
  void run(message).then((result) => process.send?.(result));
});

// The bench has ended, for whatever reason; open connections would keep this process alive.
process.once('disconnect', () => process.exit());

async function run({ id, name, argument }: CommandMessage): Promise<ResultMessage> {
  const handler = handlers[name] as (argument: unknown) => unknown;
  try {
    return { id, result: await handler(argument) };
  } catch (error) {
    return { id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}
