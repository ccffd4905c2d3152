import { setMaxListeners } from 'node:events';

/** A stream that text goes to; what a terminal is, it says. */
export interface Out {
  write(text: string): unknown;
  isTTY?: boolean;
  columns?: number;
}

/** All that a command knows of its surroundings, so that it runs in a test as in a terminal. */
export interface Io {
  stdout: Out;
  stderr: Out;
  stdin: AsyncIterable<unknown> & { isTTY?: boolean };
  env: Readonly<Record<string, string | undefined>>;
  cwd: string;
  /** The person wants to stop. */
  readonly signal?: AbortSignal;
  /** Whoever read standard output has gone. */
  readonly isUnread?: boolean;
  /** Called before what may be many runs. */
  beforeRuns?(): void;
}

/** Called with the exit code of the command that ran. */
export type Ended = (exitCode: number) => void;

/** The surroundings of this process. The one place that reads them. */
export function processIo(more: Pick<Io, 'beforeRuns'> = {}): Io {
  const { stdout, stderr, env } = process;
  let signal: AbortSignal | undefined;
  let isUnread = false;
  // Whoever reads us may stop early, as `head` does: the work goes on to its end, and the exit code is true.
  for (const stream of [stdout, stderr])
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
      isUnread ||= stream === stdout;
    });
  return {
    ...{ stdout, stderr, env, cwd: process.cwd(), ...more },
    // Opened by whoever reads it.
    get stdin() {
      return process.stdin;
    },
    // Only who asks for it takes Ctrl-C over.
    get signal() {
      return (signal ??= interrupts());
    },
    get isUnread() {
      return isUnread;
    },
  };
}

/** Aborted by the first Ctrl-C; the second one ends the process as usual. */
function interrupts(): AbortSignal {
  const controller = new AbortController();
  setMaxListeners(0, controller.signal);
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => controller.abort());
  return controller.signal;
}
