import { spawn } from 'node:child_process';
import { Socket } from 'node:net';

/**
 * The reaper's program. It keeps a list of process groups from the lines `+<pid>` and `-<pid>`, and
 * kills what is left on the list once its standard input ends: that is when sam-offline has gone,
 * however it went. Shell built-ins only, so it runs wherever there is a `/bin/sh`, in under 1 MB.
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

/** Ends children that outlive sam-offline, even when it was ended with SIGKILL. */
export interface Reaper {
  /** Kills this process group when sam-offline goes. */
  watch(pid: number): void;
  /** The process group has ended by itself. */
  forget(pid: number): void;
  /** Lets the reaper go; what it still watches is killed. Resolves when it has ended. */
  close(): Promise<void>;
}

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
    // No /bin/sh: children are still ended by close(), only SIGKILL would leave them.
    shell.once('error', () => {
      resolve();
    });
  });
  shell.stdin.on('error', () => undefined);
  // The reaper alone never keeps sam-offline running.
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
