import path from 'node:path';
import { pino, type DestinationStream, type Logger, type StreamEntry } from 'pino';
import { createStream } from 'rotating-file-stream';
import { Log } from './log.js';
import { readableLine } from './readable-line.js';

export interface LogSettings {
  level: string;
  format: 'json' | 'text';
  file?: string | undefined;
  fileMaxMiB: number;
  /** Values that must not appear in any line, wherever they come from. */
  secrets: readonly string[];
  out?: { write(text: string): unknown };
}

/** Names of fields whose value is never written. */
const SECRET_FIELDS = [
  'authorization',
  'cookie',
  'password',
  'token',
  'accessToken',
  'refreshToken',
  'apiKey',
];
const REDACTED = '[redacted]';
const KEPT_FILES = 5;

/** The log of the process: JSON lines, or text for people; optionally a file that is set aside when it grows. */
export function createLog(settings: LogSettings): { log: Log; close(): Promise<void> } {
  const { file, close } = openFile(settings);
  const streams: StreamEntry[] = [{ level: 'trace', stream: consoleStream(settings) }];
  if (file) streams.push({ level: 'trace', stream: file });
  return { log: new Log(createPino(settings, pino.multistream(streams))), close };
}

function createPino({ level, secrets }: LogSettings, stream: DestinationStream): Logger {
  const paths = SECRET_FIELDS.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]);
  return pino(
    {
      level,
      base: null,
      messageKey: 'message',
      timestamp: () => `,"timestamp":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths, censor: REDACTED },
      hooks: { streamWrite: (line) => scrub(line, secrets) },
    },
    stream,
  );
}

/** Secrets may turn up inside messages of other people's errors, so the finished line is searched too. */
function scrub(line: string, secrets: readonly string[]): string {
  let clean = line;
  for (const secret of secrets)
    if (secret.length >= 6) clean = clean.replaceAll(secret, REDACTED).replaceAll(escaped(secret), REDACTED);
  return clean;
}

const escaped = (secret: string): string => JSON.stringify(secret).slice(1, -1);

function consoleStream({ format, out = process.stdout }: LogSettings): DestinationStream {
  return { write: (line) => void out.write(format === 'text' ? readableLine(line) : line) };
}

function openFile({ file, fileMaxMiB }: LogSettings): { file?: DestinationStream; close(): Promise<void> } {
  if (!file) return { close: () => Promise.resolve() };
  const stream = createStream(path.basename(file), {
    path: path.dirname(path.resolve(file)),
    size: `${fileMaxMiB}M`,
    maxFiles: KEPT_FILES,
  });
  // A log file that cannot be written must not end the server; the console still has every line.
  stream.on('error', (error) => process.stderr.write(`The log file cannot be written: ${error.message}\n`));
  const close = () => new Promise<void>((resolve) => stream.end(() => resolve()));
  return { file: { write: (line) => void stream.write(line) }, close };
}
