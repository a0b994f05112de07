import { ActionIcon, Button, Tooltip } from '@mantine/core';
import { useClipboard } from '@mantine/hooks';
import { IconCheck, IconCopy } from '@tabler/icons-react';

/** Copies `value`; says so for a moment. With `label` a button, else an icon. */
export function CopyButton({
  value,
  label,
  what = 'value',
}: {
  value: string | (() => string);
  label?: string;
  what?: string;
}) {
  const clipboard = useClipboard({ timeout: 1500 });
  const icon = clipboard.copied ? <IconCheck size={14} /> : <IconCopy size={14} />;
  const copy = () => clipboard.copy(typeof value === 'string' ? value : value());
  const said = clipboard.error
    ? 'The browser did not allow it: select and copy by hand'
    : clipboard.copied
      ? 'Copied'
      : `Copy ${what}`;
  if (label !== undefined)
    return (
      <Button variant="default" leftSection={icon} onClick={copy} title={said}>
        {clipboard.copied ? 'Copied' : label}
      </Button>
    );
  return (
    <Tooltip label={said}>
      <ActionIcon size="sm" aria-label={said} onClick={copy}>
        {icon}
      </ActionIcon>
    </Tooltip>
  );
}
