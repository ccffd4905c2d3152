import { setTimeout as sleep } from 'node:timers/promises';
import { CliError } from '../cli-error.js';
import { EXIT } from '../exit-codes.js';
import { writeWhole } from '../files.js';
import { findServer } from '../import/local-server.js';
import type { Io } from '../io.js';
import { paintFor } from '../text/paint.js';
import { describeLoad, describeRung, type LoadReport } from './describe-load.js';
import { LoadClient, LoadFailure } from './load-client.js';
import { uploadLoadGraph } from './load-graph.js';
import type { Journey, LoadFlags } from './load-options.js';
import { LoadTally, type RungSummary } from './load-tally.js';
import { beUser } from './load-user.js';

/** How long what is under way when the time is over may go on. */
const GRACE_MS = 30_000;

/** `rehearse load`: many users at once against a running server, rung by rung. */
export async function loadCommand(io: Io, flags: LoadFlags): Promise<number> {
  const address = await findServer(io, flags);
  const client = new LoadClient(address);
  try {
    const journey = await prepare(io, client, flags);
    const report: LoadReport = {
      ...{ url: address.url, graph: journey.graph, minSuccess: flags.minSuccess / 100 },
      rungs: [],
    };
    const isText = flags.reporter === 'spec' && flags.output !== '-';
    const paint = paintFor(io.stdout, io);
    for (const users of flags.ladder ?? [flags.users]) {
      if (io.signal?.aborted) break;
      const rung = await climb({ io, client, journey, flags }, users);
      report.rungs.push(rung);
      if (isText) io.stdout.write(describeRung(rung, report, paint));
    }
    const json = `${JSON.stringify(report)}\n`;
    if (flags.output !== undefined && flags.output !== '-') await writeWhole(io, flags.output, json);
    io.stdout.write(isText ? describeLoad(report, paint) : json);
    if (io.signal?.aborted) return EXIT.interrupted;
    return report.rungs.every((rung) => isWell(rung, report)) ? EXIT.ok : EXIT.failed;
  } finally {
    client.close();
  }
}

const isWell = ({ successRate }: RungSummary, { minSuccess }: LoadReport): boolean =>
  successRate !== null && successRate >= minSuccess;

/** Sees that the server answers and that there is something to run, before a crowd comes. */
async function prepare(io: Io, client: LoadClient, flags: LoadFlags): Promise<Journey> {
  const signal = io.signal ?? new AbortController().signal;
  const { viewers, reads, thinkMs } = flags;
  try {
    const graph = flags.graph ?? (await uploadLoadGraph(client, signal));
    if (flags.graph !== undefined)
      await client.json({ route: `graphs/${encodeURIComponent(graph)}`, signal });
    return { graph, vars: varsOf(flags.vars), viewers, reads, thinkMs };
  } catch (error) {
    throw error instanceof LoadFailure ? refusal(error, flags) : error;
  }
}

function varsOf(text: string | undefined): Journey['vars'] {
  if (text === undefined) return {};
  try {
    const vars: unknown = JSON.parse(text);
    if (typeof vars === 'object' && vars !== null && !Array.isArray(vars)) return { ...vars };
  } catch {
    // Told below, as what is JSON and no object is.
  }
  throw new CliError({
    code: 'cli/bad-vars',
    message: '--vars is not a JSON object',
    hint: `It looks like --vars '{"name": "Ada"}'.`,
  });
}

function refusal({ message, status }: LoadFailure, { graph }: LoadFlags): CliError {
  if (status === null || status >= 500)
    return new CliError({
      ...{ code: 'cli/unreachable', message: `the server does not answer: ${message}` },
      ...{ hint: 'Start one with `rehearse start`.', exitCode: EXIT.unreachable },
    });
  if (status === 404)
    return new CliError({
      code: 'cli/no-such-graph',
      message: `the server has no graph ${graph}`,
      hint: 'Upload it first, or leave --graph out to run ten model calls in a row.',
    });
  const hint = status === 401 ? 'Give an API key with --token or REHEARSE_TOKEN.' : undefined;
  return new CliError({ code: 'cli/refused', message, ...(hint !== undefined && { hint }) });
}

interface Climb {
  io: Io;
  client: LoadClient;
  journey: Journey;
  flags: LoadFlags;
}

/** One rung: its users come one after the other within the ramp-up, and stay until the time is over. */
async function climb({ io, client, journey, flags }: Climb, users: number): Promise<RungSummary> {
  const tally = new LoadTally();
  const startedAt = performance.now();
  const untilMs = startedAt + (flags.rampUp + flags.duration) * 1_000;
  const late = AbortSignal.timeout(Math.ceil(untilMs - startedAt) + GRACE_MS);
  const signal = io.signal ? AbortSignal.any([io.signal, late]) : late;
  if (io.stderr.isTTY) io.stderr.write(`${users} users …\n`);
  const around = { client, journey, tally, signal };
  const come = async (index: number): Promise<void> => {
    await sleep((index / users) * flags.rampUp * 1_000, undefined, { signal }).catch(() => undefined);
    await beUser(around, { untilMs });
  };
  await Promise.all(Array.from({ length: users }, (_, index) => come(index)));
  return tally.summary({ users, durationMs: performance.now() - startedAt });
}
