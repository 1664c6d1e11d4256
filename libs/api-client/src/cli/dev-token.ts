/**
 * `npm run dev-token -- --uid alice`: prints an ID token for the stack that `npm start` runs. It
 * needs no emulator. Only a stack in development accepts the token.
 */
import { parseArgs } from 'node:util';
import { DEVELOPMENT_PROJECT_ID, developmentToken } from '../development/index.ts';

const USAGE = `npm run --silent dev-token -- [options]
  --uid alice        the user's id, 1 to 128 characters (alice)
  --name Alice       the display name (none)
  --project id       the Firebase project (FIREBASE_PROJECT_ID, else demo-blogapp)
  --lifetime 3600    seconds that the token is valid for (3600)
  --help             shows this`;

/**
 * Prints a token, or the usage with `--help`.
 *
 * @throws Error when an argument is not valid; the message says what is wrong
 */
function run(): void {
  const { values } = parseArgs({
    options: {
      uid: { type: 'string', default: 'alice' },
      name: { type: 'string' },
      project: {
        type: 'string',
        default: process.env.FIREBASE_PROJECT_ID ?? DEVELOPMENT_PROJECT_ID,
      },
      lifetime: { type: 'string', default: '3600' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    console.log(USAGE);
    return;
  }
  if (values.uid === '' || values.uid.length > 128) {
    throw new Error(`--uid takes 1 to 128 characters, not ${values.uid.length}`);
  }
  if (values.project === '') throw new Error('--project takes the id of a Firebase project');
  if (!/^[1-9]\d{0,9}$/.test(values.lifetime)) {
    throw new Error(`--lifetime takes a whole number of seconds from 1, not "${values.lifetime}"`);
  }
  console.log(
    developmentToken({
      projectId: values.project,
      userId: values.uid,
      ...(values.name !== undefined && { name: values.name }),
      lifetimeSeconds: Number(values.lifetime),
    }),
  );
}

try {
  run();
} catch (error) {
  // Node's own messages continue with suggestions; their first sentence says what is wrong.
  const message = error instanceof Error ? error.message : String(error);
  console.error(
    `dev-token: ${message.split(/\.(?:\s|$)/)[0] ?? message}; --help lists the options`,
  );
  process.exitCode = 2;
}
