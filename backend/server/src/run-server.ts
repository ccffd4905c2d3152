import { nodeSha256 } from '@rehearse/adapters';
import { useSha256 } from '@rehearse/engine';
import type { Role } from './application.js';
import { describeProblems, loadConfig, type ConfigRequest } from './platform/config/index.js';
import { DatabaseError } from './platform/database/index.js';
import { StartError } from './start-error.js';
import { startServer, type RunningServer } from './start.js';

export interface RunServerOptions extends ConfigRequest {
  /** Default: server. */
  role?: Role;
  demo?: boolean;
}

/** How the process ends: as the CLI documents it. */
const EXIT = { fine: 0, crash: 1, configuration: 2, database: 3 } as const;
const SECOND_SIGNAL_MS = 800;

/** Starts the server and stays until a signal, or the loss of the database, ends it. Resolves with the exit code. */
export async function runServer({ role, demo = false, ...request }: RunServerOptions = {}): Promise<number> {
  useSha256(nodeSha256);
  const loaded = loadConfig(request);
  if (!loaded.ok) return complain(describeProblems(loaded.problems), EXIT.configuration);
  const signals = watchSignals();
  try {
    const { config, values } = loaded;
    const server = await startServer({ role, config, values, demo, say: sayTo(process.stdout.isTTY) });
    return await stay(server, signals);
  } catch (error) {
    return complain(describe(error), codeOf(error));
  } finally {
    signals.ignore();
  }
}

/** Beside JSON lines, words for people go where the log does not. */
const sayTo = (isTerminal: boolean) => (line: string) =>
  void (isTerminal ? process.stdout : process.stderr).write(`${line}\n`);

async function stay(server: RunningServer, signals: Signals): Promise<number> {
  const ended = await Promise.race([signals.first.then(() => null), server.died]);
  if (ended) {
    server.log.error('The database ended, so the server ends too.', { error: ended });
    await Promise.race([server.close(), after(SECOND_SIGNAL_MS)]);
    return complain(ended.message, EXIT.database);
  }
  const hurried = signals.second.then(async () => {
    // Whoever asks twice does not want to wait; the database has its own log to recover from.
    await Promise.race([server.abort(), after(SECOND_SIGNAL_MS)]);
    return EXIT.crash;
  });
  return Promise.race([server.close().then(() => EXIT.fine), hurried]);
}

interface Signals {
  first: Promise<void>;
  second: Promise<void>;
  ignore(): void;
}

function watchSignals(): Signals {
  const heard: (() => void)[] = [];
  const first = new Promise<void>((resolve) => heard.push(resolve));
  const second = new Promise<void>((resolve) => heard.push(resolve));
  const listener = () => heard.shift()?.();
  const names = ['SIGINT', 'SIGTERM'] as const;
  for (const name of names) process.on(name, listener);
  return { first, second, ignore: () => names.forEach((name) => process.off(name, listener)) };
}

const after = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms).unref());

function complain(message: string, code: number): number {
  process.stderr.write(`${message}\n`);
  return code;
}

function codeOf(error: unknown): number {
  if (error instanceof StartError) return EXIT.configuration;
  return error instanceof DatabaseError ? EXIT.database : EXIT.crash;
}

function describe(error: unknown): string {
  if (error instanceof StartError || error instanceof DatabaseError)
    return `${error.message} (${error.code})`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
