import { spawn } from 'node:child_process';
import { Socket } from 'node:net';

/**
 * The reaper's program. It keeps a list of process groups from the lines `+<pid>` and `-<pid>`. Its
 * standard input ends when sam-offline has ended, for whatever reason; then it kills the groups
 * that are still on the list. It uses the shell's own commands only, so it runs on every system
 * with a `/bin/sh`, in under 1 MB.
 */
const PROGRAM = `
trap '' INT TERM HUP QUIT
pids=' '
while read -r line; do
  pid=\${line#?}
  case $line in
    +*) pids="$pids$pid " ;;
    -*) case $pids in *" $pid "*) pids="\${pids%%" $pid "*} \${pids#*" $pid "}" ;; esac ;;
  esac
done
for pid in $pids; do
  kill -9 "-$pid" 2>/dev/null || kill -9 "$pid" 2>/dev/null
done
`;

/** Ends children that would outlive sam-offline, even if it was ended with SIGKILL. */
export interface Reaper {
  /** Adds a process group, which is killed when sam-offline ends. */
  watch(pid: number): void;
  /** Removes a process group that has ended by itself. */
  forget(pid: number): void;
  /** Ends the reaper, and kills the groups that it still watches. Resolves when it has ended. */
  close(): Promise<void>;
}

/** Starts the reaper as a process in a group of its own. */
export function startReaper(): Reaper {
  const shell = spawn('/bin/sh', ['-c', PROGRAM], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    env: {},
  });
  const ended = new Promise<void>((resolve) => {
    shell.once('exit', () => {
      resolve();
    });
    // Without a /bin/sh, close() still ends the children. Only after a SIGKILL would they be left.
    shell.once('error', () => {
      resolve();
    });
  });
  shell.stdin.on('error', () => undefined);
  // The reaper alone does not keep sam-offline running.
  shell.unref();
  if (shell.stdin instanceof Socket) shell.stdin.unref();
  return {
    watch(pid) {
      shell.stdin.write(`+${pid}\n`);
    },
    forget(pid) {
      shell.stdin.write(`-${pid}\n`);
    },
    close() {
      shell.ref();
      shell.stdin.end();
      return ended;
    },
  };
}
