import type { Json, JsonObject } from '@rehearse/contracts';
import { z } from 'zod';
import { recordProblems } from './issues.js';
import { badJson, isFaithful, readJson } from './json-text.js';
import { chatMessage, RecordedMessage } from './message.js';
import { MOST_PROBLEMS, type ImportProblem, type Parsed, type Recording } from './recording.js';

const TaskId = z.union([
  z.int().min(0),
  z.string().regex(/^[A-Za-z0-9_.:-]{1,100}$/, 'must be letters, digits and _.:-'),
]);

/** One record of tau-bench's results: a list of these is a file. */
const TauRecord = z.object({
  task_id: TaskId,
  trial: z.int().min(0).max(0xffff),
  reward: z.number().min(0).max(1),
  info: z.record(z.string(), z.json()).nullish(),
  traj: z.array(RecordedMessage).min(1).max(10_000),
});

/** Reads the results file of tau-bench: a JSON list of `{task_id, trial, reward, info, traj}`. */
export function parseTauBench(text: string): Parsed {
  const read = readJson(text);
  if (!('value' in read)) return { ok: false, problems: [badJson(text, read, suggestionFor(text))] };
  if (!Array.isArray(read.value)) return { ok: false, problems: [notAList(read.value)] };
  if (read.value.length === 0) return { ok: false, problems: [EMPTY] };
  const problems: ImportProblem[] = [];
  const recordings: Recording[] = [];
  const seen = new Map<string, number>();
  for (const [index, record] of read.value.entries()) {
    if (problems.length >= MOST_PROBLEMS) break;
    const parsed = TauRecord.safeParse(record);
    if (!parsed.success) {
      problems.push(...recordProblems(parsed.error.issues, { path: [index], record }));
      continue;
    }
    const recording = recordingOf(parsed.data);
    const run = `task ${parsed.data.task_id}, trial ${parsed.data.trial}`;
    const first = seen.get(run);
    if (first !== undefined) problems.push(duplicate({ run, first, index }));
    seen.set(run, index);
    recordings.push(recording);
  }
  return problems.length > 0
    ? { ok: false, problems: problems.slice(0, MOST_PROBLEMS) }
    : { ok: true, recordings };
}

function recordingOf({ task_id: id, trial, reward, info, traj }: z.infer<typeof TauRecord>): Recording {
  const task = objectOf(info?.['task']);
  const vars: JsonObject = { task_id: id };
  for (const key of ['user_id', 'instruction']) if (typeof task[key] === 'string') vars[key] = task[key];
  const model = info?.['model'];
  return {
    ...{ caseId: `task-${id}`, repeat: trial, reward, usage: null },
    vars: isFaithful(vars, 0) ? vars : { task_id: id },
    model: typeof model === 'string' ? model : 'unknown',
    messages: traj.map(chatMessage),
  };
}

const objectOf = (value: Json | undefined): JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};

const suggestionFor = (text: string): string =>
  /^\s*\{.*\}\s*\r?\n\s*\{/.test(text)
    ? 'these look like JSON Lines: use the format openai'
    : 'give the whole results file, a JSON list';

const notAList = (value: Json): ImportProblem => ({
  code: 'import/bad-value',
  path: '',
  message: `a results file of tau-bench is a list, and this is ${value === null ? 'null' : `a JSON ${typeof value}`}`,
  suggestion:
    typeof value === 'object' && value !== null && 'messages' in value
      ? 'use the format openai'
      : 'give the whole results file',
});

const EMPTY: ImportProblem = {
  code: 'import/empty',
  path: '',
  message: 'the file holds no recordings',
  suggestion: 'give a file with at least one',
};

const duplicate = ({ run, first, index }: { run: string; first: number; index: number }): ImportProblem => ({
  code: 'import/duplicate-run',
  path: `[${index}]`,
  message: `${run} stands twice, first as [${first}]`,
  suggestion: 'remove one of the two',
});
