import { Readable } from 'node:stream';

interface CapturedStream {
  isTTY: boolean;
  columns: number;
  text: string;
  write(text: string): boolean;
}

/** The streams and surroundings of a command that runs inside a test. */
export interface CapturedIo {
  stdout: CapturedStream;
  stderr: CapturedStream;
  stdin: Readable;
  env: Record<string, string | undefined>;
  cwd: string;
}

interface Surroundings {
  cwd: string;
  env?: Record<string, string | undefined>;
  isTTY?: boolean;
  stdin?: string;
}

export function capturedIo({ cwd, env = {}, isTTY = false, stdin = '' }: Surroundings): CapturedIo {
  return { stdout: stream(isTTY), stderr: stream(isTTY), stdin: Readable.from([stdin]), env, cwd };
}

const stream = (isTTY: boolean): CapturedStream => ({
  isTTY,
  columns: 100,
  text: '',
  write(text) {
    this.text += text;
    return true;
  },
});

export interface CommandAnswer {
  code: number;
  out: string;
  err: string;
}

/** Calls a command line inside a test: what it answered, and what it wrote. */
export const commandLine =
  (main: (argv: readonly string[], io: CapturedIo) => Promise<number>, surroundings: Surroundings) =>
  async (argv: readonly string[], more: Partial<Surroundings> = {}): Promise<CommandAnswer> => {
    const io = capturedIo({ ...surroundings, ...more });
    const code = await main(argv, io);
    return { code, out: io.stdout.text, err: io.stderr.text };
  };
