import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

/** The address of the emulator, whether it runs or not. The stack's functions get this address. */
export const FIREBASE_AUTH_EMULATOR_HOST = '127.0.0.1:9099';
/** The template's default. With the prefix `demo-`, the emulator does not need a real project. */
export const FIREBASE_PROJECT_ID = 'demo-blogapp';

const folder = resolve(import.meta.dirname, 'firebase-emulator');
const command = resolve(folder, 'node_modules/.bin/firebase');

/**
 * Starts the Firebase Auth emulator where firebase-tools is installed
 * (`npm install --prefix tools/workspace/firebase-emulator`);
 * without it `npm run dev-token` makes tokens.
 *
 * @returns its process; undefined if it is not installed
 */
export function startFirebaseEmulator(): ChildProcess | undefined {
  if (!existsSync(command)) return undefined;
  const child = spawn(
    command,
    [
      'emulators:start',
      '--only',
      'auth',
      '--project',
      FIREBASE_PROJECT_ID,
      '--config',
      'firebase.json',
    ],
    { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] },
  );
  child.once('exit', (code) => {
    if (code)
      console.log(`the Firebase Auth emulator ended with ${code}; see its log in ${folder}`);
  });
  return child;
}
