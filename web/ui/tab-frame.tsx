import { Tabs } from '@mantine/core';
import type { ReactNode } from 'react';

interface Props<Tab extends string> {
  readonly titles: Readonly<Record<Tab, string>>;
  readonly order: readonly Tab[];
  readonly value: Tab;
  readonly onChange: (tab: string | null) => void;
  readonly className: string;
  /** Of the tab that is open. */
  readonly children: ReactNode;
}

/** Tabs of which one is shown, and its content; the others are not there. */
export function TabFrame<Tab extends string>(props: Props<Tab>) {
  const { titles, order, value, onChange, className, children } = props;
  return (
    <Tabs value={value} onChange={onChange} keepMounted={false} className={className}>
      <Tabs.List>
        {order.map((each) => (
          <Tabs.Tab key={each} value={each}>
            {titles[each]}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      <Tabs.Panel value={value}>{children}</Tabs.Panel>
    </Tabs>
  );
}
