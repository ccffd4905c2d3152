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
