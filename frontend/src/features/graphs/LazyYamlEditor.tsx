import { lazy, Suspense } from 'react';
import { Loading } from '../../ui/Loading.js';
import type { YamlEditorProps } from './YamlEditor.js';

const Editor = lazy(async () => ({ default: (await import('./YamlEditor.js')).YamlEditor }));

/** The editor, whose code is fetched when a page first shows one. */
export function YamlEditor(props: YamlEditorProps) {
  return (
    <Suspense fallback={<Loading lines={12} label="Loading the editor" />}>
      <Editor {...props} />
    </Suspense>
  );
}
