import { styleText } from 'node:util';

type Colour = Parameters<typeof styleText>[0];

const COLOURS: Readonly<Record<string, Colour>> = {
  fatal: 'red',
  error: 'red',
  warn: 'yellow',
  info: 'green',
  debug: 'gray',
  trace: 'gray',
};

const HIDDEN = new Set(['timestamp', 'level', 'logger', 'message', 'error']);

/** A JSON line of the log as text for people: time, level, logger, message, the rest as name=value. */
export function readableLine(line: string): string {
  const entry = JSON.parse(line) as Record<string, unknown>;
  const level = String(entry['level']);
  const rest = Object.entries(entry)
    .filter(([name]) => !HIDDEN.has(name))
    .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
  const head = [
    styleText('gray', String(entry['timestamp']).slice(11, 23)),
    styleText(COLOURS[level] ?? 'white', level.toUpperCase().padEnd(5)),
    styleText('cyan', String(entry['logger'])),
    String(entry['message']),
  ].join(' ');
  const tail = rest.length > 0 ? ` ${styleText('gray', rest.join(' '))}` : '';
  return `${head}${tail}\n${stackOf(entry['error'])}`;
}

function stackOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return '';
  const { stack, message, cause } = error as { stack?: string; message?: string; cause?: unknown };
  return `${styleText('gray', `  ${stack ?? message ?? ''}`)}\n${stackOf(cause)}`;
}
