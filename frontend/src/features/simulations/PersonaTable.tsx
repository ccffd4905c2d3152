import type { SimulationView } from '@rehearse/contracts';
import { Link } from '@tanstack/react-router';
import { duration } from '../../ui/format.js';
import { Panel } from '../../ui/Panel.js';
import { StatusBadge } from '../../ui/StatusBadge.js';
import table from '../../ui/table.module.css';
import { runLook } from '../../ui/tones.js';
import classes from './SimulationPage.module.css';

const SHOWN_RUNS = 20;
const SOURCES = { library: 'of the library', own: 'your own', given: 'given here' } as const;

/** Each persona with its conversations, one badge a conversation. */
export function PersonaTable({ simulation }: { simulation: SimulationView }) {
  return (
    <Panel title="Personas" flush className={classes.personas}>
      <div className={table.scroll}>
        <table className={table.table} aria-label="Personas">
          <thead>
            <tr>
              <th>Persona</th>
              <th className={table.wide}>Wants</th>
              <th className={table.end}>Passed</th>
              <th>Conversations</th>
            </tr>
          </thead>
          <tbody>
            {simulation.personas.map((persona) => (
              <tr key={persona.name}>
                <td>
                  {persona.name}
                  <div className={classes.quiet}>{SOURCES[persona.source]}</div>
                </td>
                <td className={table.wide}>{persona.goal}</td>
                <td className={table.end}>
                  {persona.passed} of {persona.scored}
                </td>
                <td>
                  {persona.runs.slice(0, SHOWN_RUNS).map((run, index) => {
                    const look = runLook(run);
                    return (
                      <Link
                        key={run.id}
                        to="/runs/$id"
                        params={{ id: run.id }}
                        className={classes.run}
                        aria-label={`${persona.name} #${index + 1}: ${look.word}`}
                        title={`#${index + 1} ${look.word}, ${duration(run.durationMs)}`}
                      >
                        <StatusBadge look={look} compact />
                      </Link>
                    );
                  })}
                  {persona.runs.length > SHOWN_RUNS && (
                    <span className={classes.quiet}>and {persona.runs.length - SHOWN_RUNS} more</span>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}
