import { alterModel, alterTool } from '../chaos/alter.js';
import type { Injected } from '../chaos/injection.js';
import { insteadOfModel, insteadOfTool } from '../chaos/instead.js';
import type { Cancellation, Clock, ModelOutcome, ToolOutcome } from '../ports.js';

interface Circumstances {
  clock: Clock;
  signal: Cancellation;
  /** Time passes at once. */
  isVirtual: boolean;
  timeoutMs: number;
}

/** What would take longer than it may, where time passes at once. */
const inTime = (fault: Injected, { isVirtual, timeoutMs }: Circumstances): Injected =>
  isVirtual && 'delayMs' in fault && fault.delayMs >= timeoutMs ? { kind: 'timeout' } : fault;

/** Makes a call with a fault around it. */
interface Faulty<T> {
  fault: Injected;
  call(): Promise<T>;
  instead(fault: Injected): T | null;
  alter(fault: Injected, outcome: T): T;
}

async function callUnder<T>(faulty: Faulty<T>, around: Circumstances): Promise<T> {
  const { clock, signal, isVirtual } = around;
  const { call } = faulty;
  const fault = inTime(faulty.fault, around);
  const answered = faulty.instead(fault);
  if (answered) return answered;
  if (fault.kind === 'latency' && !isVirtual) await clock.sleep(fault.delayMs, signal);
  // Delivered twice: whoever is called sees the call again, and its last answer is the one that counts.
  if (fault.kind === 'duplicate') await call();
  return faulty.alter(fault, await call());
}

export const toolUnder = (
  fault: Injected,
  call: () => Promise<ToolOutcome>,
  around: Circumstances,
): Promise<ToolOutcome> => callUnder({ fault, call, instead: insteadOfTool, alter: alterTool }, around);

interface ModelCall {
  call(onToken: ((text: string) => void) | undefined): Promise<ModelOutcome>;
  onToken: ((text: string) => void) | undefined;
}

/** A fault that changes what is said is not to be seen too early, so the tokens come when the answer is known. */
export async function modelUnder(
  fault: Injected,
  { call, onToken }: ModelCall,
  around: Circumstances,
): Promise<ModelOutcome> {
  const faulty = { fault, call: () => call(undefined), instead: insteadOfModel, alter: alterModel };
  const outcome = await callUnder(faulty, around);
  if (outcome.ok) await speak(outcome.content ?? '', { fault, onToken }, around);
  return outcome;
}

/** Word by word; a slow stream takes its delay over them. */
async function speak(
  content: string,
  { fault, onToken }: { fault: Injected; onToken: ModelCall['onToken'] },
  { clock, signal, isVirtual }: Circumstances,
): Promise<void> {
  const words = content.match(/\S+\s*/g) ?? [];
  const pauseMs = fault.kind === 'slow-stream' && !isVirtual ? fault.delayMs / Math.max(1, words.length) : 0;
  for (const word of words) {
    if (pauseMs > 0) await clock.sleep(pauseMs, signal);
    onToken?.(word);
  }
}
