import type { JsonObject } from '@rehearse/contracts';
import { z } from 'zod';
import { recordProblems } from './issues.js';
import { isFaithful, readJson } from './json-text.js';
import { chatMessage, RecordedMessage } from './message.js';
import { MOST_PROBLEMS, type ImportProblem, type Parsed, type Recording } from './recording.js';

/** One line: a conversation, and what else is known of it. */
const ChatRecord = z.object({
  messages: z.array(RecordedMessage).min(1).max(10_000),
  id: z.union([z.string(), z.int()]).nullish(),
  model: z.string().nullish(),
  reward: z.union([z.number().min(0).max(1), z.boolean()]).nullish(),
  metadata: z.record(z.string(), z.json()).nullish(),
  usage: z
    .object({ prompt_tokens: z.int().min(0).nullish(), completion_tokens: z.int().min(0).nullish() })
    .nullish(),
});
type ChatRecord = z.infer<typeof ChatRecord>;

const CASE_ID = /^[A-Za-z0-9_][A-Za-z0-9_.:-]{0,127}$/;

/** Reads OpenAI chat JSON Lines: `{"messages": [...]}` a line. Lines with the same `id` are repeats of one case. */
export function parseOpenAi(text: string): Parsed {
  const problems: ImportProblem[] = [];
  const recordings: Recording[] = [];
  const repeats = new Map<string, number>();
  for (const [index, line] of text.split(/\r\n|\n|\r/).entries()) {
    if (line.trim() === '') continue;
    if (problems.length >= MOST_PROBLEMS) break;
    const found = parseLine(line, index + 1);
    if (Array.isArray(found)) {
      problems.push(...found);
      continue;
    }
    const caseId = caseIdOf(found, index + 1);
    const repeat = repeats.get(caseId) ?? 0;
    repeats.set(caseId, repeat + 1);
    recordings.push(recordingOf(found, { caseId, repeat }));
  }
  if (recordings.length === 0 && problems.length === 0) problems.push(EMPTY);
  return problems.length > 0
    ? { ok: false, problems: problems.slice(0, MOST_PROBLEMS) }
    : { ok: true, recordings };
}

function parseLine(text: string, line: number): ChatRecord | ImportProblem[] {
  const read = readJson(text);
  if (!('value' in read)) {
    const suggestion = /^\s*\[/.test(text)
      ? 'a list of tau-bench is the format tau-bench'
      : 'write one JSON object a line';
    return [{ code: 'import/bad-json', line, path: '', message: `not JSON: ${read.reason}`, suggestion }];
  }
  if (Array.isArray(read.value)) {
    const message = 'a line holds one object with `messages`, and this one a list';
    return [
      {
        code: 'import/bad-value',
        line,
        path: '',
        message,
        suggestion: 'write one object a line; a results file of tau-bench is the format tau-bench',
      },
    ];
  }
  const parsed = ChatRecord.safeParse(read.value);
  return parsed.success
    ? parsed.data
    : recordProblems(parsed.error.issues, { path: [], line, record: read.value });
}

/** Its `id` where that can name a case, else its line. */
function caseIdOf({ id }: ChatRecord, line: number): string {
  const text = id === null || id === undefined ? '' : String(id);
  return CASE_ID.test(text) ? text : `line-${line}`;
}

function recordingOf(record: ChatRecord, place: { caseId: string; repeat: number }): Recording {
  const { reward, usage, metadata, model, messages } = record;
  const vars = (metadata ?? {}) as JsonObject;
  return {
    ...place,
    vars: isFaithful(vars, 0) ? vars : {},
    model: model ?? 'unknown',
    reward: reward === null || reward === undefined ? null : Number(reward),
    usage: usage
      ? { inputTokens: usage.prompt_tokens ?? 0, outputTokens: usage.completion_tokens ?? 0 }
      : null,
    messages: messages.map(chatMessage),
  };
}

const EMPTY: ImportProblem = {
  code: 'import/empty',
  path: '',
  message: 'the file holds no recordings',
  suggestion: 'write one object with `messages` a line',
};
