/**
 * `npm start`: builds the bundles, runs the stack from its template with sam-offline, and rebuilds
 * when a source changes (sam-offline's `--watch` then serves the new bundle). The web app's development
 * server starts side by side (`--no-web`: not), and reloads pages by itself.
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
/** Nx's daemon would outlive `npm start`; without it a build costs half a second more. */
const environment = { ...process.env, NX_DAEMON: 'false', NX_TUI: 'false' };

/** How long a build may take before it is mentioned (ms): one that finds all in the cache takes 1 s. */
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

// Only its port is waited for: it gets ready beside the build and the stack.
const web = await startWeb();
const failed = await firstBuild();
if (failed !== 0) process.exit(failed);

// Unsigned tokens are for development only: with another environment the functions would not start.
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
  // It ends when the IPC channel does, so also when this process is killed.
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

// A Ctrl-C reaches the whole foreground group, so sam-offline has it already; a SIGTERM (from a
// supervisor) reaches this process only, and is passed on. Either way sam-offline ends first.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => stack.kill('SIGTERM'));

// npm can't pass a SIGKILL on: when it is gone (it runs scripts through a shell), so is the reason
// to run.
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

/** Tells the web app where the stack is, and says where the web app is. */
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
      // The emulator takes any key.
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
 * Builds what has changed, and says nothing when that is nothing: what Nx prints is shown when the
 * build fails, and what was built is named in one line.
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
  // A task that was found in the cache has a note in brackets behind its name.
  const built = [...output.matchAll(/^> nx run (\S+):build\s*$/gm)].map(([, name]) => name);
  if (code === 0 && built.length > 0) console.log(`built ${built.join(', ')}`);
  return code;
}

/** Runs one build at a time; changes that come meanwhile lead to one more. */
function rebuildOnChange(): void {
  let building = false;
  let changed = false;
  let timer: NodeJS.Timeout | undefined;
  /** What the last build failed with, as it was printed. */
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
      // Another edit is built next: what this one came to is of no interest any more.
      if (changed) {
        build();
        return;
      }
      const before = failure;
      failure = code === 0 ? '' : buildErrors(output);
      if (failure === '') console.log(before === '' ? 'rebuilt' : 'rebuilt: the build is repaired');
      else if (failure !== before) {
        console.error(`${failure}\nthe build failed, so the last whole bundles serve on`);
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
 * What is wrong in the sources, out of all that Nx prints: esbuild's errors, each with its message,
 * file, line and column. Where there is none, the end of the output.
 */
function buildErrors(output: string): string {
  const lines = stripVTControlCharacters(output).split('\n');
  const starts = lines.flatMap((line, index) => (/^\s*✘ \[ERROR\]/.test(line) ? [index] : []));
  const errors = starts.map((start, index) => {
    const rest = lines.slice(start, starts[index + 1]);
    // An error ends with the first line at the margin: what Nx says.
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
