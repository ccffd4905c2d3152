import { SegmentedControl, useMantineColorScheme, type MantineColorScheme } from '@mantine/core';
import { IconDeviceDesktop, IconMoon, IconSun, type Icon } from '@tabler/icons-react';

const SCHEMES: [MantineColorScheme, Icon, string][] = [
  ['light', IconSun, 'Light'],
  ['dark', IconMoon, 'Dark'],
  ['auto', IconDeviceDesktop, 'As the system'],
];

export function SchemeSwitch() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <SegmentedControl
      size="xs"
      fullWidth
      aria-label="Colours"
      value={colorScheme}
      onChange={(value) => setColorScheme(value)}
      data={SCHEMES.map(([value, SchemeIcon, word]) => ({
        value,
        label: (
          <span title={word} style={{ display: 'grid', placeItems: 'center', minHeight: 18 }}>
            <SchemeIcon size={15} aria-hidden />
            <span className="visually-hidden">{word}</span>
          </span>
        ),
      }))}
    />
  );
}
