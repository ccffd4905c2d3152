import type { Recording } from '@rehearse/engine';
import { replayRecording } from './replay-recording.js';
import { answersOnTape, type AroundReplay, type Replayed } from './replayed.js';

/** Executes a recording again, and says where it comes out otherwise. */
export async function replayOne(recording: Recording, { graph }: AroundReplay): Promise<Replayed> {
  const { header, events } = recording;
  const replay = await replayRecording(recording, graph);
  return { mode: 'strict', header, replay, ...answersOnTape(events) };
}
