import type { Json, ToolCall } from '@rehearse/contracts';
import type { ModelRequest } from '@rehearse/engine';
import type { TokenCounts } from './prices.js';

/** What a model answered, in our words. */
export interface Reply {
  content: string | null;
  toolCalls: ToolCall[];
  finishReason: string;
  counts: TokenCounts;
}

/** A provider answered with something that its API does not have, or told of an error in the middle. */
export class BadAnswer extends Error {
  constructor(
    message: string,
    readonly isPassing = false,
  ) {
    super(message);
  }
}

/** Puts an answer together from the events of a stream. */
export interface StreamReader {
  /** Throws {@link BadAnswer}. */
  event(data: string): void;
  /** The whole answer, once the stream has ended; throws {@link BadAnswer} when it ended too early. */
  end(): Reply;
}

/** How an API is spoken to. */
export interface Dialect {
  path: string;
  headers: Readonly<Record<string, string>>;
  body(request: ModelRequest, stream: boolean): Json;
  /** Reads an answer that came whole; throws {@link BadAnswer}. */
  read(answer: unknown): Reply;
  /** Reads an answer that comes piece by piece. */
  reader(onPiece: (text: string) => void): StreamReader;
}

/** Parses JSON of a provider; throws {@link BadAnswer}. */
export function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new BadAnswer('the answer is not JSON');
  }
}
