import type { ExperimentView } from '@rehearse/contracts';
import { lazy, Suspense } from 'react';

const Controls = lazy(async () => ({
  default: (await import('./ExperimentControls.js')).ExperimentControls,
}));

/** The controls for pages of other features, whose code is fetched when one of them is shown. */
export function ExperimentControls(props: { experiment: ExperimentView }) {
  return (
    <Suspense fallback={null}>
      <Controls {...props} />
    </Suspense>
  );
}
