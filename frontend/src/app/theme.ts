import {
  convertCssVariables,
  createTheme,
  defaultCssVariablesResolver,
  mergeMantineTheme,
  DEFAULT_THEME,
  type ButtonProps,
  type CSSVariablesResolver,
  type MantineTheme,
  type MantineColorsTuple,
} from '@mantine/core';

const petrol: MantineColorsTuple = [
  ...(['#e6f7f7', '#c9ecec', '#9fdedd', '#6fcdcc', '#4fc3c4'] as const),
  ...(['#239fa2', '#14868b', '#0b6e75', '#08595f', '#06464b'] as const),
];

const stone: MantineColorsTuple = [
  ...(['#f7f6f2', '#f2f0eb', '#e8e5de', '#dcd8cf', '#cbc6bb'] as const),
  ...(['#aaa59a', '#8a8478', '#5f5a51', '#3f3b35', '#1c1a17'] as const),
];
const night: MantineColorsTuple = [
  ...(['#edebe6', '#c9c5bc', '#aaa59a', '#807b70', '#45433e'] as const),
  ...(['#32312d', '#232320', '#1a1a18', '#131312', '#0c0c0b'] as const),
];

/** Colours that keep their contrast in both schemes; Mantine would choose white on the bright accent of the dark one. */
function buttonColours({ variant, color }: ButtonProps): Record<string, string> {
  if (variant === 'outline' && color === 'red')
    return {
      '--button-color': 'var(--bad)',
      '--button-bd': '1px solid var(--bad)',
      '--button-hover': 'var(--bad-soft)',
    };
  if ((variant ?? 'filled') !== 'filled') return {};
  if (color === 'red')
    return {
      '--button-bg': 'var(--bad)',
      '--button-hover': 'var(--bad)',
      '--button-color': 'var(--surface)',
    };
  return { '--button-color': 'var(--on-accent)' };
}

const sans = 'var(--font-sans)';
const overrides = createTheme({
  primaryColor: 'petrol',
  primaryShade: { light: 7, dark: 4 },
  autoContrast: true,
  colors: { petrol, gray: stone, dark: night },
  fontFamily: sans,
  fontFamilyMonospace: 'var(--font-mono)',
  headings: { fontFamily: sans, fontWeight: '620' },
  defaultRadius: 'sm',
  radius: { xs: '4px', sm: '6px', md: '8px', lg: '12px', xl: '16px' },
  respectReducedMotion: true,
  cursorType: 'pointer',
  components: {
    Button: {
      defaultProps: { size: 'xs' },
      vars: (_theme: MantineTheme, props: ButtonProps) => ({ root: buttonColours(props) }),
    },
    ActionIcon: { defaultProps: { variant: 'subtle', color: 'gray', size: 28 } },
    TextInput: { defaultProps: { size: 'sm' } },
    Tooltip: { defaultProps: { openDelay: 350, withArrow: true } },
    Modal: {
      defaultProps: {
        centered: true,
        transitionProps: { duration: 120 },
        closeButtonProps: { 'aria-label': 'Close' },
        // The head of a dialog is no banner of the page.
        attributes: { header: { role: 'presentation' } },
      },
      styles: {
        title: { minWidth: 0, fontWeight: 620, overflowWrap: 'anywhere' },
        body: { overflowWrap: 'anywhere' },
      },
    },
    Menu: { defaultProps: { shadow: 'md', transitionProps: { duration: 80 } } },
  },
});

export const theme = mergeMantineTheme(DEFAULT_THEME, overrides);

const ours = {
  '--mantine-color-body': 'var(--bg)',
  '--mantine-color-text': 'var(--text)',
  '--mantine-color-dimmed': 'var(--muted)',
  '--mantine-color-placeholder': 'var(--muted)',
  '--mantine-color-anchor': 'var(--accent)',
  '--mantine-color-default': 'var(--surface)',
  '--mantine-color-default-hover': 'var(--surface-2)',
  '--mantine-color-default-color': 'var(--text)',
  '--mantine-color-default-border': 'var(--line-middle)',
  '--mantine-color-error': 'var(--bad)',
  '--mantine-color-gray-light-color': 'var(--muted)',
  '--mantine-color-gray-light-hover': 'var(--surface-2)',
  '--mantine-primary-color-filled': 'var(--accent)',
  '--mantine-primary-color-filled-hover': 'var(--accent-strong)',
  '--mantine-primary-color-contrast': 'var(--on-accent)',
};

export const resolver: CSSVariablesResolver = () => ({ variables: {}, light: ours, dark: ours });

/**
 * Mantine writes its variables by innerHTML, which `require-trusted-types-for 'script'` forbids; a constructed sheet is
 * allowed by every policy.
 */
export function adoptThemeVariables(): void {
  const base = defaultCssVariablesResolver(theme);
  const css = convertCssVariables({
    variables: base.variables,
    light: { ...base.light, ...ours, '--mantine-color-scheme': 'light' },
    dark: { ...base.dark, ...ours, '--mantine-color-scheme': 'dark' },
  });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  document.adoptedStyleSheets.push(sheet);
}
