import { createTheme, type MantineColorsTuple } from '@mantine/core';

const ink: MantineColorsTuple = [
  '#eef0fc',
  '#dadff6',
  '#b3bcec',
  '#8a98e3',
  '#6a7bdb',
  '#5467d6',
  '#4c5fd5',
  '#3c4dbb',
  '#3344a8',
  '#283995',
];

/** Greys with a breath of blue; the last four are the surfaces of the dark scheme. */
const dark: MantineColorsTuple = [
  '#d3d6df',
  '#b3b7c4',
  '#8e93a3',
  '#6b7080',
  '#40444f',
  '#2f323b',
  '#24262d',
  '#1a1c22',
  '#141519',
  '#0e0f12',
];

const gray: MantineColorsTuple = [
  '#f8f9fb',
  '#f1f3f6',
  '#e6e9ee',
  '#d8dce4',
  '#c4cad5',
  '#a4abba',
  '#7d8596',
  '#565d6d',
  '#363c49',
  '#1f232c',
];

export const theme = createTheme({
  primaryColor: 'ink',
  primaryShade: { light: 6, dark: 4 },
  colors: { ink, dark, gray },
  autoContrast: true,
  fontFamily: "'Inter Variable', system-ui, sans-serif",
  fontFamilyMonospace: "'JetBrains Mono Variable', ui-monospace, monospace",
  fontSizes: { xs: '0.75rem', sm: '0.8125rem', md: '0.875rem', lg: '1rem', xl: '1.125rem' },
  headings: { fontWeight: '600' },
  defaultRadius: 'sm',
  radius: { xs: '3px', sm: '6px', md: '8px', lg: '12px', xl: '16px' },
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    Tooltip: { defaultProps: { openDelay: 400, withArrow: false, fz: 'xs' } },
    ActionIcon: { defaultProps: { variant: 'subtle', color: 'gray' } },
    Button: { defaultProps: { size: 'xs', fw: 500 } },
    TextInput: { defaultProps: { size: 'xs' } },
    Select: { defaultProps: { size: 'xs' } },
    PasswordInput: { defaultProps: { size: 'sm' } },
    Menu: { defaultProps: { shadow: 'md' } },
    Popover: { defaultProps: { shadow: 'md' } },
    Modal: { defaultProps: { centered: true, overlayProps: { backgroundOpacity: 0.45 } } },
  },
});
