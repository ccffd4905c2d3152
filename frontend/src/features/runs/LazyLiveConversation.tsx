import { lazy, Suspense } from 'react';
import { Loading } from '../../ui/Loading.js';

const Conversation = lazy(async () => ({
  default: (await import('./LiveConversation.js')).LiveConversation,
}));

/** A conversation for pages of other features, whose code is fetched when one of them is shown. */
export function LiveConversation(props: { runId: string; title: string }) {
  return (
    <Suspense fallback={<Loading lines={4} label="Loading the conversation" />}>
      <Conversation {...props} />
    </Suspense>
  );
}
