import type { Layout, LayoutAnswer, LayoutRequest } from './layout.js';
import workerUrl from './layout.worker.ts?worker&url';

const MAX_CACHED = 50;
const cache = new Map<string, Promise<Layout>>();
const waiting = new Map<number, { resolve: (layout: Layout) => void; reject: (error: Error) => void }>();
let worker: Worker | null = null;
let nextId = 1;

interface TrustedTypes {
  createPolicy(
    name: string,
    rules: { createScriptURL: (url: string) => string },
  ): {
    createScriptURL: (url: string) => string;
  };
}

/** Browsers with Trusted Types start a worker only from a URL that the one named policy has passed. */
function trusted(url: string): string {
  const factory = (globalThis as { trustedTypes?: TrustedTypes }).trustedTypes;
  if (!factory) return url;
  const policy = factory.createPolicy('rehearse-worker', {
    createScriptURL: (asked) => {
      if (asked !== workerUrl) throw new TypeError(`not our worker: ${asked}`);
      return asked;
    },
  });
  return policy.createScriptURL(url);
}

function layoutWorker(): Worker {
  if (worker) return worker;
  worker = new Worker(trusted(workerUrl), { type: 'module', name: 'graph-layout' });
  worker.addEventListener('message', ({ data }: MessageEvent<LayoutAnswer>) => {
    waiting.get(data.id)?.resolve(data);
    waiting.delete(data.id);
  });
  worker.addEventListener('error', (event) => {
    for (const { reject } of waiting.values())
      reject(new Error(event.message || 'the layout worker stopped'));
    waiting.clear();
    cache.clear();
  });
  return worker;
}

/** The places of the nodes of a graph, computed once for each shape. */
export function layoutOf(shape: { key: string } & Omit<LayoutRequest, 'id'>): Promise<Layout> {
  const known = cache.get(shape.key);
  if (known) return known;
  const asked = new Promise<Layout>((resolve, reject) => {
    const id = nextId++;
    waiting.set(id, { resolve, reject });
    layoutWorker().postMessage({ id, nodes: shape.nodes, edges: shape.edges } satisfies LayoutRequest);
  });
  cache.set(shape.key, asked);
  if (cache.size > MAX_CACHED) cache.delete(cache.keys().next().value as string);
  return asked;
}
