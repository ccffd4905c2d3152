import { compareWithTape, type Recording } from '@rehearse/engine';
import { lookInto, replayRecording } from './replay-recording.js';
import { answersOnTape, type AroundReplay, type Replayed } from './replayed.js';

/** Which requests of a recording another version of its graph changes. */
export async function compareOne(recording: Recording, { graph: given }: AroundReplay): Promise<Replayed> {
  const { header, events } = recording;
  const found = lookInto(recording, given);
  const place = { mode: 'compare', header, ...answersOnTape(events) } as const;
  if (found.kind === 'broken') return { ...place, replay: found.replay };
  if (found.kind === 'imported') return { ...place, replay: await replayRecording(recording) };
  const { graph, recordedGraph = graph } = found;
  const comparison = await compareWithTape({ graph, recordedGraph, events });
  const { requests, unreached } = comparison;
  return { ...place, replay: comparison, requests, unreached };
}
