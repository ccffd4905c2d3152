import { Menu, UnstyledButton } from '@mantine/core';
import { IconKeyboard, IconLogout, IconSelector } from '@tabler/icons-react';
import { useState } from 'react';
import { session } from '../../api/index.js';
import { hotkeys } from '../../ui/hotkeys.js';
import { useSession } from './useSession.js';
import classes from './UserMenu.module.css';

export function UserMenu() {
  const state = useSession();
  const [areKeysOn, setKeysOn] = useState(hotkeys.areOn);
  if (state.status !== 'signed-in') return null;
  const { user } = state;
  const toggleKeys = () => {
    hotkeys.turn(areKeysOn ? 'off' : 'on');
    setKeysOn(!areKeysOn);
  };
  return (
    <Menu position="top-start" width={240}>
      <Menu.Target>
        <UnstyledButton className={classes.button} title="Account">
          <span className={classes.initial} aria-hidden>
            {user.email.slice(0, 1).toUpperCase()}
          </span>
          <span className={classes.who}>
            <span className={classes.email}>{user.email}</span>
            <span className={classes.role}>
              {user.role} · {user.tenant.name}
            </span>
          </span>
          <IconSelector size={15} aria-hidden />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          {user.email}
          <br />
          {user.role} of {user.tenant.name}
        </Menu.Label>
        <Menu.Item leftSection={<IconKeyboard size={15} />} onClick={toggleKeys} closeMenuOnClick={false}>
          Single-key shortcuts: {areKeysOn ? 'on' : 'off'}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item leftSection={<IconLogout size={15} />} onClick={() => void session.logout()}>
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
