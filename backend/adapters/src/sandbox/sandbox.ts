import type { Answer, Cancellation, ScriptAsk } from '@rehearse/engine';
import { sandboxKills } from '../tally.js';
import { startRunner, type Runner } from './start-runner.js';
import type { Limits, Reply } from './protocol.js';

export interface SandboxOptions {
  limits?: Partial<Limits>;
  /** How long an answer may be waited for, in milliseconds, before the process is ended. */
  wallMs?: number;
}

/** Works out scripts in a process of its own, which is started when the first comes and ended when one does not end. */
export interface Sandbox {
  run(ask: ScriptAsk, signal?: Cancellation): Promise<Answer>;
  warmUp(): void;
  close(): void;
}

/** Measured: a program that grows a string ran for seconds past its deadline, so memory is small and the wall stands near. */
const LIMITS: Limits = {
  cpuMs: 250,
  memoryBytes: 16 * 1024 * 1024,
  stackBytes: 128 * 1024,
  answerChars: 64 * 1024,
};
const WALL_MS = 700;
/** Of a machine that is busy: the WebAssembly alone takes a fifth of a second. */
const START_MS = 30_000;

const READ_EVERY_MS = 100;

interface Waiting {
  line: string;
  settle(answer: Answer): void;
}

export function newSandbox(options: SandboxOptions = {}): Sandbox {
  return new ProcessSandbox({ ...LIMITS, ...options.limits }, options.wallMs ?? WALL_MS);
}

class ProcessSandbox implements Sandbox {
  readonly #limits: Limits;
  readonly #wallMs: number;
  #runner: Runner | undefined;
  #isReady = false;
  /** What was sent, or will be with the next batch, in order; the answers come in the same. */
  #waiting: Waiting[] = [];
  #sent = 0;
  #isFlushing = false;
  #timer: NodeJS.Timeout | undefined;
  #deadline = 0;
  /** When the last answer came, and what the process had taken about then. */
  #answeredAt = 0;
  #taken = { cpuMs: 0, readAt: 0 };

  constructor(limits: Limits, wallMs: number) {
    this.#limits = limits;
    this.#wallMs = wallMs;
  }

  run(ask: ScriptAsk, signal?: Cancellation): Promise<Answer> {
    if (signal?.aborted) return Promise.resolve(failed('sandbox/canceled', 'the run was ended'));
    return new Promise((settle) => {
      this.#waiting.push({ line: `${JSON.stringify(ask)}\n`, settle });
      this.#flushSoon();
    });
  }

  warmUp(): void {
    this.#runner ??= this.#start();
  }

  close(): void {
    this.#stop();
    for (const { settle } of this.#waiting.splice(0))
      settle(failed('sandbox/canceled', 'the sandbox was closed'));
  }

  /** All that is asked for in one turn of the event loop goes out in one write: each costs as much as a hundred programs. */
  #flushSoon(): void {
    if (this.#isFlushing) return;
    this.#isFlushing = true;
    setImmediate(() => {
      this.#isFlushing = false;
      this.#flush();
    });
  }

  #flush(): void {
    if (this.#waiting.length === 0) return;
    this.#runner ??= this.#start();
    if (!this.#isReady) return;
    const batch = this.#waiting.slice(this.#sent);
    if (batch.length === 0) return;
    if (this.#sent === 0) this.#watch(this.#wallMs);
    this.#sent = this.#waiting.length;
    this.#runner.write(batch.map(({ line }) => line).join(''));
  }

  #start(): Runner {
    const runner = startRunner(this.#limits, {
      reply: (reply) => runner === this.#runner && this.#take(reply),
      end: (why) => runner === this.#runner && this.#lose('memory', `the sandbox ended: ${why}`),
    });
    this.#watch(START_MS);
    return runner;
  }

  #take(reply: Reply): void {
    if ('ready' in reply) {
      this.#isReady = true;
      this.#unwatch();
      return this.#flush();
    }
    const done = this.#waiting.shift();
    this.#sent--;
    if (this.#sent > 0) this.#watch(this.#wallMs);
    else this.#unwatch();
    done?.settle(
      'error' in reply
        ? failed(reply.error.code, reply.error.message)
        : { ok: true, value: reply.value as never },
    );
    this.#flush();
  }

  /** The wall stands where the last answer came. A process of ours that was busy itself reads what has come before it judges. */
  #watch(ms: number): void {
    const now = performance.now();
    this.#answeredAt = now;
    // Answers come by the thousand, and asking the system costs more than one of them.
    if (now - this.#taken.readAt > READ_EVERY_MS)
      this.#taken = { cpuMs: this.#runner?.cpuMs() ?? 0, readAt: now };
    this.#await(ms);
  }

  #await(ms: number): void {
    this.#deadline = performance.now() + ms;
    this.#timer ??= setTimeout(() => setImmediate(() => this.#check()), ms);
  }

  #check(): void {
    if (!this.#timer) return;
    this.#timer = undefined;
    const left = this.#deadline - performance.now();
    if (left > 0) return this.#await(left);
    if (this.#isKeptWaiting()) return this.#await(this.#wallMs);
    this.#lose('timeout', `no answer within ${this.#wallMs} ms`);
  }

  /** On a machine that is busy with other things an answer may be late for no fault of the program. */
  #isKeptWaiting(): boolean {
    const cpuMs = this.#runner?.cpuMs() ?? null;
    const hasTaken = cpuMs !== null && cpuMs - this.#taken.cpuMs >= this.#wallMs;
    return cpuMs !== null && !hasTaken && performance.now() - this.#answeredAt < START_MS;
  }

  #unwatch(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** The first that waits is the one that was being worked out; the others begin anew in another process. */
  #lose(reason: 'timeout' | 'memory', message: string): void {
    sandboxKills.add({ reason });
    this.#stop();
    this.#waiting.shift()?.settle(failed(`sandbox/${reason}`, message));
    this.#flush();
  }

  #stop(): void {
    this.#unwatch();
    const runner = this.#runner;
    this.#runner = undefined;
    this.#isReady = false;
    this.#sent = 0;
    this.#taken = { cpuMs: 0, readAt: 0 };
    runner?.kill();
  }
}

const failed = (code: string, message: string): Answer => ({
  ok: false,
  error: { code, message, category: code === 'sandbox/timeout' ? 'timeout' : 'validation' },
});
