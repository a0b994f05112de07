import { Drawer } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { type ReactNode, useState } from 'react';
import { setPreference, usePreference } from '../../ui/preferences.ts';

/** Whether the filters are shown: beside the rows, or over them where there is no room. */
export interface FacetSideState {
  readonly shown: boolean;
  readonly over: boolean;
  toggle(): void;
}

export function useFacetSide(): FacetSideState {
  const preferred = usePreference('facets');
  const over = useMediaQuery('(max-width: 62em)', false, { getInitialValueInEffect: false });
  const [opened, setOpened] = useState(false);
  return over
    ? { over, shown: opened, toggle: () => setOpened(!opened) }
    : { over, shown: preferred, toggle: () => setPreference('facets', !preferred) };
}

export function FacetSide({ side, children }: { side: FacetSideState; children: ReactNode }) {
  if (!side.over) return side.shown ? children : null;
  return (
    <Drawer
      opened={side.shown}
      onClose={side.toggle}
      size={232}
      padding={0}
      withCloseButton={false}
    >
      {children}
    </Drawer>
  );
}
