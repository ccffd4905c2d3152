import { SegmentedControl } from '@mantine/core';

export type GraphViewName = 'canvas' | 'outline';

interface ViewSwitchProps {
  view: GraphViewName;
  onView: (view: GraphViewName) => void;
}

/** Whether a graph is shown as a picture or as a tree. */
export function ViewSwitch({ view, onView }: ViewSwitchProps) {
  return (
    <SegmentedControl<GraphViewName>
      size="xs"
      aria-label="Shown as"
      value={view}
      onChange={onView}
      data={[
        { value: 'canvas', label: 'Canvas' },
        { value: 'outline', label: 'Outline' },
      ]}
    />
  );
}
