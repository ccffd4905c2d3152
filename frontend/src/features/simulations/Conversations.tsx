import { Button, Select } from '@mantine/core';
import type { SimulationView } from '@rehearse/contracts';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { LiveConversation } from '../runs/index.js';
import { plural } from '../../ui/format.js';
import { conversationsOf } from './conversations.js';
import classes from './SimulationPage.module.css';

const route = getRouteApi('/inside/simulations/$id');
const SHOWN_AT_ONCE = 6;

/** The conversations themselves, as they go on. */
export function Conversations({ simulation }: { simulation: SimulationView }) {
  const { persona } = route.useSearch();
  const navigate = route.useNavigate();
  const [shown, setShown] = useState(SHOWN_AT_ONCE);
  const all = conversationsOf(simulation, persona);
  const names = simulation.personas.map(({ name }) => name);
  return (
    <section aria-label="Conversations">
      <div className={classes.head}>
        <h2 className={classes.title}>{plural(all.length, 'conversation')}</h2>
        <Select
          size="xs"
          aria-label="Persona"
          placeholder="Every persona"
          clearable
          clearButtonProps={{ 'aria-label': 'Every persona' }}
          data={names}
          value={persona !== undefined && names.includes(persona) ? persona : null}
          onChange={(name) =>
            void navigate({ search: { persona: name ?? undefined }, replace: true, resetScroll: false })
          }
        />
      </div>
      <div className={classes.conversations}>
        {all.slice(0, shown).map(({ id, persona: name, number }) => (
          <LiveConversation key={id} runId={id} title={`${name} #${number}`} />
        ))}
      </div>
      {all.length > shown && (
        <Button mt="sm" variant="default" onClick={() => setShown(shown + SHOWN_AT_ONCE)}>
          Show {Math.min(SHOWN_AT_ONCE, all.length - shown)} more
        </Button>
      )}
    </section>
  );
}
