import { Button } from '@mantine/core';
import { IconCompass } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { EmptyState } from '../ui/EmptyState.js';
import { PageHeader } from '../ui/PageHeader.js';

export function NotFoundPage() {
  return (
    <>
      <PageHeader title="Nothing here" />
      <EmptyState
        icon={IconCompass}
        title="There is no such page"
        action={
          <Button component={Link} to="/">
            Go home
          </Button>
        }
      >
        The address may be mistyped, or what it named was deleted.
      </EmptyState>
    </>
  );
}
