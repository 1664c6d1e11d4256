/**
 * `npm start`: builds the bundles, runs the stack from its template with sam-offline, and rebuilds
 * when a source changes (sam-offline's `--watch` then serves the new bundle). The web app's
 * development server runs beside it, unless `--no-web` is given, and reloads pages by itself.
 *
 * Other arguments are passed on: `npm start -- --clean --http-port 8080`. `--help` builds nothing.
 */
import { spawn, spawnSync } from 'node:child_process';
import { watch } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';
import { resolve } from 'node:path';
import {
  FIREBASE_AUTH_EMULATOR_HOST,
  FIREBASE_PROJECT_ID,
  startFirebaseEmulator,
} from './firebase-emulator.ts';
import { parseStartArguments, type StartArguments } from './start-arguments.ts';
import { startWebApp, type WebApp } from './web-app.ts';

const root = resolve(import.meta.dirname, '../..');
const nx = resolve(root, 'node_modules/.bin/nx');
// The web app is served from its sources.
const buildArguments = ['run-many', '-t', 'build', '--exclude=web', '--output-style=static'];
/** Nx's daemon would continue after `npm start`. Without it, a build takes half a second longer. */
const environment = { ...process.env, NX_DAEMON: 'false', NX_TUI: 'false' };

/**
 * The duration of a build, in ms, after which it is mentioned. A build that finds everything in the
 * cache takes 1 s.
 */
const QUIET_BUILD_MS = 2_000;

const samOffline = resolve(root, 'tools/sam-offline/bin/sam-offline.js');
const { webPort, isHelp, forStack: stackArguments } = readArguments();
if (isHelp) {
  console.log(
    [
      'npm start -- [options]',
      '  --web-port <port>  port of the web app (default: 3000)',
      '  --no-web           the stack alone',
      '\nThe other options are those of `sam-offline start`:\n',
    ].join('\n'),
  );
  const help = spawnSync(process.execPath, [samOffline, 'start', '--help'], { stdio: 'inherit' });
  process.exit(help.status ?? 1);
}

// Only its port is awaited here. The server gets ready during the build and the start of the stack.
const web = await startWeb();
const failed = await firstBuild();
if (failed !== 0) process.exit(failed);

// Unsigned tokens are for development only. In another environment, the functions would not start.
const isDevelopment = !stackArguments.some((argument) =>
  /\bEnvironment=(?!development)/.test(argument),
);
const emulator = isDevelopment ? startFirebaseEmulator() : undefined;

const stack = spawn(
  process.execPath,
  [
    samOffline,
    'start',
    '--template=infra/sam/template.yaml',
    '--stack-name=blogapp-development',
    '--watch',
    ...(isDevelopment
      ? [`--parameter-overrides=FirebaseAuthEmulatorHost=${FIREBASE_AUTH_EMULATOR_HOST}`]
      : []),
    ...(webPort === undefined
      ? []
      : [`--parameter-overrides=CorsOrigin=http://localhost:${webPort}`]),
    ...stackArguments,
  ],
  // sam-offline ends when the IPC channel ends, so it also ends if this process is killed.
  { cwd: root, stdio: ['inherit', 'inherit', 'inherit', 'ipc'] },
);
stack.once('message', (message) => {
  void joinWeb(message as { readonly outputs: Readonly<Record<string, string>> });
});
stack.once('exit', (code, signal) => {
  emulator?.kill('SIGTERM');
  web?.stop();
  process.exit(code ?? (signal === 'SIGINT' ? 130 : 1));
});

// A Ctrl-C reaches the whole foreground group, including sam-offline. A SIGTERM from a supervisor
// reaches only this process, which passes it on. In both cases sam-offline ends first.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => stack.kill('SIGTERM'));

// npm cannot pass on a SIGKILL. It runs scripts through a shell. If that shell has gone, this
// process has to end too.
const npm = parentOf(process.ppid);
setInterval(() => {
  if (npm !== undefined && !isAlive(npm)) stack.kill('SIGTERM');
}, 500).unref();

rebuildOnChange();

function readArguments(): StartArguments {
  try {
    return parseStartArguments(process.argv.slice(2));
  } catch (error) {
    console.error(`npm start: ${(error as Error).message}`);
    process.exit(2);
  }
}

async function startWeb(): Promise<WebApp | undefined> {
  if (webPort === undefined) return undefined;
  try {
    return await startWebApp(webPort);
  } catch (error) {
    console.error(`npm start: ${(error as Error).message}`);
    process.exit(1);
  }
}

/** Sends the web app the addresses of the stack, and prints the address of the web app. */
async function joinWeb({
  outputs,
}: {
  readonly outputs: Readonly<Record<string, string>>;
}): Promise<void> {
  if (web === undefined) return;
  web.configure({
    apiUrl: outputs.HttpApiUrl,
    webSocketUrl: outputs.WebSocketUrl,
    ...(emulator !== undefined && {
      // The emulator accepts any key.
      firebase: {
        apiKey: 'emulator',
        authDomain: `${FIREBASE_PROJECT_ID}.firebaseapp.com`,
        projectId: FIREBASE_PROJECT_ID,
        emulatorUrl: `http://${FIREBASE_AUTH_EMULATOR_HOST}`,
      },
    }),
    development: isDevelopment,
  });
  await web.ready;
  console.log(`READY  the web app\n  ${web.url}`);
}

/**
 * Builds what has changed. If nothing has changed, it prints nothing. If the build fails, it shows
 * Nx's output; otherwise it names in one line what was built.
 *
 * @returns Nx's exit code
 */
async function firstBuild(): Promise<number> {
  const child = spawn(nx, buildArguments, {
    cwd: root,
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  }
  const notice = setTimeout(() => {
    console.log('building the functions …');
  }, QUIET_BUILD_MS);
  const code = await new Promise<number>((done) => {
    child.once('error', (error) => {
      output += `${error.message}\n`;
      done(1);
    });
    child.once('close', (status) => {
      done(status ?? 1);
    });
  });
  clearTimeout(notice);
  if (code !== 0) process.stderr.write(output);
  // The name of a task that was found in the cache has a note in brackets.
  const built = [...output.matchAll(/^> nx run (\S+):build\s*$/gm)].map(([, name]) => name);
  if (code === 0 && built.length > 0) console.log(`built ${built.join(', ')}`);
  return code;
}

/** Runs one build at a time. Changes that come during a build lead to one more build. */
function rebuildOnChange(): void {
  let building = false;
  let changed = false;
  let timer: NodeJS.Timeout | undefined;
  /** The error of the last build, as it was printed. */
  let failure = '';

  const build = (): void => {
    if (building) {
      changed = true;
      return;
    }
    building = true;
    changed = false;
    const child = spawn(nx, buildArguments, {
      cwd: root,
      env: environment,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    const read = (chunk: string): void => {
      output += chunk;
    };
    child.stdout.setEncoding('utf8').on('data', read);
    child.stderr.setEncoding('utf8').on('data', read);
    child.once('close', (code) => {
      building = false;
      // A newer change is built next, so the result of this build is not reported.
      if (changed) {
        build();
        return;
      }
      const before = failure;
      failure = code === 0 ? '' : buildErrors(output);
      if (failure === '') console.log(before === '' ? 'rebuilt' : 'rebuilt: the build is repaired');
      else if (failure !== before) {
        console.error(
          `${failure}\nthe build failed, so the last complete bundles continue to serve`,
        );
      }
    });
  };

  for (const folder of ['apps', 'libs']) {
    watch(resolve(root, folder), { recursive: true }, (_event, file) => {
      if (!file || !/\/src\/.*\.ts$/.test(file) || file.endsWith('.spec.ts')) return;
      if (folder === 'apps' && file.startsWith('web/')) return;
      clearTimeout(timer);
      timer = setTimeout(build, 100);
    });
  }
}

/**
 * Finds the errors of the sources in Nx's output: esbuild's errors, each with its message, file,
 * line and column. If there are none, it returns the end of the output.
 */
function buildErrors(output: string): string {
  const lines = stripVTControlCharacters(output).split('\n');
  const starts = lines.flatMap((line, index) => (/^\s*✘ \[ERROR\]/.test(line) ? [index] : []));
  const errors = starts.map((start, index) => {
    const rest = lines.slice(start, starts[index + 1]);
    // An error ends at the first line without indentation, which is Nx's.
    const end = rest.findIndex((line, offset) => offset > 0 && /^\S/.test(line));
    return rest
      .slice(0, end === -1 ? undefined : end)
      .join('\n')
      .trimEnd();
  });
  return errors.length > 0 ? [...new Set(errors)].join('\n\n') : lines.slice(-20).join('\n').trim();
}

function parentOf(pid: number): number | undefined {
  const { stdout } = spawnSync('ps', ['-o', 'ppid=', '-p', String(pid)], { encoding: 'utf8' });
  return Number(stdout) || undefined;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
