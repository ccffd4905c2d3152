import { place, type LayoutAnswer, type LayoutRequest } from './layout.js';

self.addEventListener('message', ({ data }: MessageEvent<LayoutRequest>) => {
  const answer: LayoutAnswer = { id: data.id, ...place(data) };
  self.postMessage(answer);
});
