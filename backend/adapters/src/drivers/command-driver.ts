import { spawn, type ChildProcess } from 'node:child_process';
import type { StepError } from '@rehearse/contracts';
import type { Cancellation, ModelOutcome, ModelPlace, ModelRequest } from '@rehearse/engine';
import { BadAnswer, parse } from '../providers/dialect.js';
import type { CallSettings } from '../settings.js';
import { agentReply } from './answer.js';

const MAX_LINE_BYTES = 4 * 1_048_576;
const KEPT_STDERR = 2_000;
/** How long a program may tidy up after its answer. */
const GRACE_MS = 1_000;

/**
 * Asks an agent that is a program. It is started for each turn, without a shell, gets one line of JSON on its standard
 * input and answers with one on its standard output; then its input ends, and it has a second to end too.
 */
export async function callCommand(
  command: readonly string[],
  request: ModelRequest,
  { place, settings }: { place: ModelPlace; settings: CallSettings },
): Promise<ModelOutcome> {
  const [program, ...args] = command as [string, ...string[]];
  if (!settings.commands.includes(program)) return failed(notAllowed(program));
  const { messages, tools } = request;
  const line = { type: 'request', messages, tools, vars: place.vars, turn: place.turn, node: place.node };
  const exchange = new Exchange(
    spawn(program, args, {
      cwd: settings.commandSurroundings.cwd,
      env: settings.commandSurroundings.env,
      stdio: ['pipe', 'pipe', 'pipe'],
      windowsHide: true,
      // A group of its own, so that what it starts ends with it.
      detached: process.platform !== 'win32',
    }),
    place.signal,
  );
  try {
    const reply = agentReply(parse(await exchange.ask(JSON.stringify(line))), place.key);
    if (reply.content !== null) place.onToken?.(reply.content);
    return { ok: true, ...reply };
  } catch (thrown) {
    if (thrown instanceof BadAnswer)
      return failed({ code: 'command/bad-answer', message: thrown.message, category: 'provider' });
    if (thrown instanceof CommandFailure) {
      const message = `${program} ${thrown.message}`;
      return failed({ code: 'command/failed', message, category: 'provider' });
    }
    throw thrown;
  }
}

const failed = (error: StepError): ModelOutcome => ({ ok: false, error, retryable: false });

const notAllowed = (program: string): StepError => ({
  code: 'command/not-allowed',
  message: `the program \`${program}\` may not be started here: allow it by --allow-command ${program}, or in REHEARSE_ALLOW_COMMANDS`,
  category: 'policy',
});

class CommandFailure extends Error {}

/** One question to a process and its answer. */
class Exchange {
  #out = Buffer.alloc(0);
  #err = '';

  constructor(
    private readonly child: ChildProcess,
    private readonly signal: Cancellation,
  ) {}

  ask(line: string): Promise<string> {
    const { stdin, stdout, stderr } = this.child;
    return new Promise<string>((resolve, reject) => {
      const fail = (what: string) => reject(new CommandFailure(what + this.#said()));
      const onAbort = () => {
        this.#kill();
        fail('was ended: the call is no longer wanted');
      };
      if (this.signal.aborted) onAbort();
      this.signal.addEventListener('abort', onAbort);
      this.child.once('error', (error: NodeJS.ErrnoException) =>
        fail(error.code === 'ENOENT' ? 'is not there' : `cannot be started: ${error.code ?? error.message}`),
      );
      this.child.once('close', (code, signal) => {
        this.signal.removeEventListener('abort', onAbort);
        fail(`ended without an answer (${code === null ? signal : `exit code ${code}`})`);
      });
      stdout!.on('data', (chunk: Buffer) => this.#read(chunk, { answered: resolve, fail }));
      stderr!.on(
        'data',
        (chunk: Buffer) => (this.#err = (this.#err + chunk.toString('utf8')).slice(-KEPT_STDERR)),
      );
      // Whoever does not read is found out by the missing answer.
      stdin!.on('error', () => {});
      stdin!.write(`${line}\n`);
    }).finally(() => this.#part());
  }

  #read(chunk: Buffer, then: { answered(line: string): void; fail(what: string): void }): void {
    this.#out = Buffer.concat([this.#out, chunk]);
    const end = this.#out.indexOf('\n');
    if (end >= 0) then.answered(this.#out.subarray(0, end).toString('utf8'));
    else if (this.#out.length > MAX_LINE_BYTES) {
      this.#kill();
      then.fail(`wrote more than ${MAX_LINE_BYTES} bytes without the end of a line`);
    }
  }

  #said(): string {
    const said = this.#err.trim();
    return said === '' ? '' : `: ${said}`;
  }

  #part(): void {
    this.child.stdin!.end();
    this.child.stdout!.removeAllListeners('data').resume();
    const timer = setTimeout(() => this.#kill(), GRACE_MS);
    this.child.once('close', () => clearTimeout(timer));
  }

  #kill(): void {
    const { pid } = this.child;
    if (pid === undefined || this.child.exitCode !== null) return;
    try {
      process.kill(process.platform === 'win32' ? pid : -pid, 'SIGKILL');
    } catch {
      // It ended by itself meanwhile.
    }
  }
}
