import { nodeSha256 } from '@rehearse/adapters';
import { useSha256, type Recording } from '@rehearse/engine';
import { EXIT } from '../exit-codes.js';
import { loadGraphs, type LoadedGraph } from '../graphs/load-graphs.js';
import type { Io } from '../io.js';
import { withFollowUps } from '../run/follow-up-tasks.js';
import { planTasks } from '../run/plan-tasks.js';
import { count } from '../text/amounts.js';
import { paintFor } from '../text/paint.js';
import { nameOf, noteOfBroken, refuseBroken } from './check-chains.js';
import { identityOf, identityOfTask, type Identity } from './identity.js';
import { lockCassette } from './lock-cassette.js';
import { besides, writeInOrder } from './merge-cassettes.js';
import { readThrough, type Again } from './placed-recordings.js';

export interface PruneFlags {
  stale?: boolean;
  dryRun?: boolean;
}

interface Pruned {
  file: string;
  graphs: readonly string[];
}

/** `rehearse cassette prune`: removes what no case asks for any more. */
export async function pruneCassette(io: Io, pruned: Pruned, flags: PruneFlags): Promise<number> {
  useSha256(nodeSha256);
  if (flags.dryRun) return prune(io, pruned, flags);
  const unlock = lockCassette(io, pruned.file);
  try {
    return await prune(io, pruned, flags);
  } finally {
    unlock();
  }
}

interface Kept {
  identity: Identity;
  again: Again;
  /** What is told of a chain that does not hold. */
  broken: string | null;
}

async function prune(
  io: Io,
  { file, graphs }: Pruned,
  { stale = false, dryRun = false }: PruneFlags,
): Promise<number> {
  const wanted = wantedBy(await loadGraphs(io, graphs));
  const kept = new Map<string, Kept>();
  const paint = paintFor(io.stdout, io);
  const told: string[] = [];
  let removed = 0;
  await readThrough(io, file, (recording, again) => {
    const identity = identityOf(recording);
    const key = JSON.stringify(identity);
    const why = reasonToRemove(recording, { digest: wanted.get(key), isThere: wanted.has(key), stale });
    if (why === null) {
      // The last one of a name is the one that a run would find.
      if (kept.has(key)) removed++;
      kept.set(key, { identity, again, broken: noteOfBroken(recording) });
      return;
    }
    removed++;
    told.push(
      `${paint('red', dryRun ? 'would remove' : 'removed')}  ${nameOf(recording)}  ${paint('dim', why)}\n`,
    );
  });
  const all = [...kept.values()];
  refuseBroken(
    all.map(({ broken }) => broken),
    file,
  );
  if (!dryRun) writeInOrder(io, file, all);
  const stream = dryRun ? io.stdout : besides(io, file);
  stream.write(told.join(''));
  stream.write(`${file}: ${count(kept.size, 'run')} kept, ${removed} ${dryRun ? 'to remove' : 'removed'}\n`);
  return EXIT.ok;
}

/** The runs that the graphs ask for, under each of their profiles of faults and without; with the digest of their graph. */
function wantedBy(graphs: readonly LoadedGraph[]): ReadonlyMap<string, string> {
  const wanted = new Map<string, string>();
  for (const task of withFollowUps(planTasks(graphs, {}))) {
    const { graph } = task.loaded;
    for (const chaos of [null, ...graph.chaos.keys()])
      wanted.set(JSON.stringify(identityOfTask({ ...task, chaos })), graph.digest);
  }
  return wanted;
}

interface Wanted {
  digest: string | undefined;
  isThere: boolean;
  stale: boolean;
}

function reasonToRemove({ header }: Recording, { digest, isThere, stale }: Wanted): string | null {
  if (!isThere) return 'no case asks for it';
  return stale && digest !== header.graph.digest ? 'recorded with another version of the graph' : null;
}
