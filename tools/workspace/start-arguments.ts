/** The command line of `npm start`: its own options, and those for sam-offline. */
export interface StartArguments {
  /** The port of the web app. Undefined if the web app is not wanted. */
  readonly webPort: number | undefined;
  readonly isHelp: boolean;
  /** The other arguments, which go to `sam-offline start`. */
  readonly forStack: readonly string[];
}

const DEFAULT_WEB_PORT = 3000;

/** @throws Error that says which option is wrong */
export function parseStartArguments(args: readonly string[]): StartArguments {
  const forStack: string[] = [];
  let webPort: number | undefined = DEFAULT_WEB_PORT;
  let isWanted = true;
  let isHelp = false;
  for (let index = 0; index < args.length; index++) {
    const argument = args[index] ?? '';
    const [name, inline] = argument.split('=', 2);
    if (argument === '--no-web') {
      isWanted = false;
    } else if (name === '--web-port') {
      webPort = portOf(inline ?? args[++index]);
    } else {
      isHelp ||= argument === '--help' || argument === '-h';
      forStack.push(argument);
    }
  }
  return { webPort: isWanted ? webPort : undefined, isHelp, forStack };
}

function portOf(text: string | undefined): number {
  const port = Number(text);
  if (text === undefined || !/^\d+$/.test(text) || port < 1 || port > 65_535) {
    throw new Error(`--web-port takes a port from 1 to 65535, and was given "${text ?? ''}"`);
  }
  return port;
}
