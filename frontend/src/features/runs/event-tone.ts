import type { EventData, EventType, JournalEvent } from '@rehearse/contracts';

export type EventTone = 'bad' | 'odd' | 'warn' | 'good' | 'quiet';

const CHECK_TONES = { passed: 'good', failed: 'bad', errored: 'odd' } as const;
const RUN_TONES = { ...CHECK_TONES, inconclusive: 'warn' } as const;
const LOG_TONES = { debug: 'quiet', info: 'quiet', warn: 'warn', error: 'odd' } as const;

type ToneOf<T extends EventType> = EventTone | ((data: EventData<T>) => EventTone);

/** How each type of event looks; apart from its text, because a filter asks for the tone of every event. */
const TONES: { [T in EventType]: ToneOf<T> } = {
  'run.started': 'quiet',
  'run.paused': 'warn',
  'run.resumed': 'quiet',
  'run.canceled': 'warn',
  'run.finished': ({ verdict }) => RUN_TONES[verdict],
  'run.claimed': 'quiet',
  'node.started': 'quiet',
  'node.finished': 'quiet',
  'node.skipped': 'quiet',
  'node.errored': 'odd',
  'model.requested': 'quiet',
  'model.responded': 'quiet',
  'model.failed': 'odd',
  'provider.switched': 'warn',
  'tool.called': 'quiet',
  'tool.returned': 'quiet',
  'tool.failed': ({ error }) => (error.category === 'policy' ? 'bad' : 'odd'),
  handoff: 'quiet',
  'human.requested': 'quiet',
  'human.decided': ({ decision }) => (decision === 'reject' ? 'warn' : 'good'),
  'timer.set': 'quiet',
  'timer.fired': 'quiet',
  'random.seeded': 'quiet',
  'branch.taken': 'quiet',
  'race.won': 'quiet',
  'chaos.injected': 'warn',
  'assertion.evaluated': ({ verdict }) => CHECK_TONES[verdict],
  'contract.violated': 'bad',
  'budget.exceeded': 'warn',
  'governance.redacted': 'quiet',
  'governance.blocked': 'bad',
  'fork.base': 'quiet',
  log: ({ level }) => LOG_TONES[level],
};

export function toneOf({ type, data }: JournalEvent): EventTone {
  const tone = TONES[type] as EventTone | ((data: unknown) => EventTone);
  return typeof tone === 'function' ? tone(data) : tone;
}

/** An event that somebody who looks for trouble wants to see. */
export function isProblem(event: JournalEvent): boolean {
  const tone = toneOf(event);
  return tone === 'bad' || tone === 'odd' || tone === 'warn';
}
