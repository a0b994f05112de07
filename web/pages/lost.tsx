import { IconMapOff } from '@tabler/icons-react';
import { LinkButton } from '../ui/link-button.tsx';
import { EmptyNotice } from '../ui/notice.tsx';

export function LostPage() {
  return (
    <EmptyNotice
      icon={<IconMapOff size={22} />}
      title="There is no page at this address"
      actions={
        <LinkButton to="/" variant="default">
          Go to the start
        </LinkButton>
      }
    >
      The link may be from another version of Castellan, or cut off.
    </EmptyNotice>
  );
}
