import type {
  CallDefaults,
  ChatMessage,
  EventData,
  JournalTarget,
  Json,
  ModelParams,
  Usage,
} from '@rehearse/contracts';
import type { Answer, ScriptAsk } from './assert/index.js';

/** Where an effect belongs: the same in every run of the graph, whatever the interleaving. */
export interface EffectPlace {
  /** `handle/turn[2]/tool#0` */
  key: string;
  attempt: number;
  inDigest: string;
  signal: Cancellation;
}

/** Says that an effect is no longer wanted. Node's AbortSignal has this shape. */
export interface Cancellation {
  readonly aborted: boolean;
  /** `timeout` where the call took longer than it may. */
  readonly reason?: unknown;
  addEventListener(type: 'abort', listener: () => void): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

/** What a model is asked. Its canonical JSON, without `bindings`, gives `inDigest`. */
export interface ModelRequest {
  target: JournalTarget;
  model: string;
  messages: readonly ChatMessage[];
  tools: readonly { name: string; description: string | null; parameters: Json }[];
  params: ModelParams;
  /** The JSON Schema that the answer must fit, or null for text. */
  output: Json;
}

/** What a mock script sees beside the request. */
export interface MockBindings {
  node: string;
  turn: number;
  vars: Json;
  run: Json;
  caseId: string | null;
  /** The type of the assertion that asks; absent when a node does. */
  judge?: string;
}

export type ModelOutcome =
  ({ ok: true } & EventData<'model.responded'>) | ({ ok: false } & EventData<'model.failed'>);

export interface EmbedRequest {
  target: JournalTarget;
  model: string;
  texts: readonly string[];
}

/** A vector for each text, all of one length. */
export type EmbedOutcome =
  | { ok: true; vectors: number[][]; usage: Usage; costUsd?: number }
  | ({ ok: false } & EventData<'model.failed'>);

/** The strategies of a route that need to know the world. */
export type RankedStrategy = 'lowest-latency' | 'lowest-cost';

export interface ToolRequest {
  tool: string;
  args: Json;
}

export type ToolOutcome =
  | ({ ok: true } & Omit<EventData<'tool.returned'>, 'tool'>)
  | ({ ok: false; /** It never left, so nothing can have come of it. */ isUnsent?: boolean } & Omit<
      EventData<'tool.failed'>,
      'tool'
    >);

export type HumanRequest = EventData<'human.requested'>;
export type HumanOutcome = EventData<'human.decided'>;

export type ModelPlace = EffectPlace & MockBindings & { onToken?: ((text: string) => void) | undefined };
export type ToolPlace = EffectPlace & MockBindings;

/** Every effect of a run. In a strict replay all of them answer from the journal. */
export interface Clock {
  /** Milliseconds since 1970-01-01T00:00:00Z, for the `at` of an event. */
  now(): number;
  /** Resolves after `durationMs`, or at once when cancelled. */
  sleep(durationMs: number, signal: Cancellation): Promise<void>;
}

export interface Ports {
  clock: Clock;
  model: {
    /** Null when the target can be called, else the reason why it is passed over. */
    unavailable(target: JournalTarget, place: { key: string; attempt: number }): string | null;
    /** The targets with the best one first; without it they stay as they stand in the file. */
    rank?(
      targets: readonly JournalTarget[],
      strategy: RankedStrategy,
      place: { key: string },
    ): readonly JournalTarget[];
    /** What holds where the graph says nothing; what is left out is as the format has it. */
    defaults?: Partial<CallDefaults>;
    /** US dollars for a million tokens, or null where nobody says what the model costs. */
    price?(model: string): { input: number; output: number } | null;
    call(request: ModelRequest, place: ModelPlace): Promise<ModelOutcome>;
  };
  embed: {
    call(request: EmbedRequest, place: EffectPlace): Promise<EmbedOutcome>;
  };
  /** Where the programs of assertions run, and what else has to be ended from outside. */
  script: {
    run(ask: ScriptAsk, signal: Cancellation): Promise<Answer>;
  };
  tool: {
    call(request: ToolRequest, place: ToolPlace): Promise<ToolOutcome>;
  };
  human: {
    /**
     * What a person decides; null when nobody here can be asked, and the run waits. No promise where it is decided
     * already: then the run does not come to rest before it is heard.
     */
    ask(
      request: HumanRequest,
      place: { key: string; signal: Cancellation },
    ): HumanOutcome | Promise<HumanOutcome | null>;
  };
}
