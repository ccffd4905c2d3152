import { lazy, Suspense } from 'react';
import { Loading } from '../../ui/Loading.js';
import type { GraphCanvasProps } from './GraphCanvas.js';

const Canvas = lazy(async () => ({ default: (await import('./GraphCanvas.js')).GraphCanvas }));

/** The canvas, whose code is fetched when a page first shows one. */
export function GraphCanvas(props: GraphCanvasProps) {
  return (
    <Suspense fallback={<Loading label="Loading the canvas" />}>
      <Canvas {...props} />
    </Suspense>
  );
}
