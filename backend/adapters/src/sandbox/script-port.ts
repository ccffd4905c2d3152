import type { Answer, Cancellation, Ports, ScriptAsk } from '@rehearse/engine';
import type { plainAnswer } from './plain/plain-answer.js';
import type { Sandbox, SandboxOptions } from './sandbox.js';

export interface ScriptPortOptions extends SandboxOptions {
  /** Whether programs that authors of graphs write may run here; our own parsers do in any case. */
  allowsJavaScript: boolean;
}

export type ScriptPort = Ports['script'] & {
  /** Starts the process before anything is asked of it, because it takes as long to start as a program does. */
  warmUp(): Promise<void>;
  close(): void;
};

/**
 * Where assertions have things worked out: plain programs where they stand, all else in one process for all runs, which is started
 * when the first asks.
 */
export function scriptPort({ allowsJavaScript, ...options }: ScriptPortOptions): ScriptPort {
  let sandbox: Promise<Sandbox> | undefined;
  const started = () => (sandbox ??= import('./sandbox.js').then(({ newSandbox }) => newSandbox(options)));
  const sandboxed = async (ask: ScriptAsk, signal: Cancellation) => (await started()).run(ask, signal);
  let plain: typeof plainAnswer | undefined;
  return {
    run: async (ask, signal) => {
      if (ask.language !== 'javascript') return sandboxed(ask, signal);
      if (!allowsJavaScript) return NOT_ALLOWED;
      plain ??= (await plainPrograms()).plainAnswer;
      return plain(ask) ?? sandboxed(ask, signal);
    },
    warmUp: async () => (await started()).warmUp(),
    close: () => void sandbox?.then((open) => open.close()),
  };
}

/** Not before there is a program: it brings a parser along. */
const plainPrograms = () => import('./plain/plain-answer.js');

/** Whether all programs are worked out without a process of their own. */
export async function arePlain(sources: readonly string[]): Promise<boolean> {
  if (sources.length === 0) return true;
  const { isPlain } = await plainPrograms();
  return sources.every(isPlain);
}

const NOT_ALLOWED: Answer = {
  ok: false,
  error: {
    code: 'sandbox/not-allowed',
    message:
      'JavaScript assertions are off here; an Admin allows them with REHEARSE_JAVASCRIPT_ASSERTIONS=true',
    category: 'policy',
  },
};
