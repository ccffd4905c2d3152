import {
  IconAlertTriangle,
  IconRobot,
  IconSettings,
  IconTool,
  IconUser,
  type Icon,
} from '@tabler/icons-react';
import { JsonView } from '../../ui/JsonView.js';
import { plainText } from '../../ui/plain-text.js';
import classes from './Conversation.module.css';
import type { Turn } from './conversation.js';

const ROLES: Record<string, [Icon, string]> = {
  system: [IconSettings, 'System'],
  user: [IconUser, 'User'],
  assistant: [IconRobot, 'Assistant'],
  tool: [IconTool, 'Tool'],
};

export function Conversation({ turns }: { turns: Turn[] }) {
  return (
    <ol className={classes.turns}>
      {turns.map((turn, index) => (
        <li key={index} className={classes.turn}>
          <TurnView turn={turn} />
        </li>
      ))}
    </ol>
  );
}

function TurnView({ turn }: { turn: Turn }) {
  switch (turn.kind) {
    case 'message':
      return <Said speaker={turn.message.role} text={turn.message.content} />;
    case 'answer':
      return turn.content === null && turn.toolCalls.length > 0 ? (
        <Said
          speaker="assistant"
          text={null}
          note={`asks for ${turn.toolCalls.map((call) => call.name).join(', ')}`}
        />
      ) : (
        <Said
          speaker="assistant"
          text={turn.content}
          note={turn.finishReason === 'stop' ? '' : turn.finishReason}
        />
      );
    case 'tool':
      return <ToolTurn turn={turn} />;
    case 'trouble':
      return (
        <p className={classes.trouble}>
          <IconAlertTriangle size={14} aria-hidden /> {turn.text}
        </p>
      );
    default:
      return turn satisfies never;
  }
}

function Said({ speaker, text, note }: { speaker: string; text: string | null; note?: string }) {
  const [RoleIcon, word] = ROLES[speaker] ?? [IconUser, speaker];
  return (
    <>
      <p className={classes.who}>
        <RoleIcon size={14} aria-hidden /> <strong>{word}</strong>{' '}
        {note && <span className={classes.note}>{note}</span>}
      </p>
      {text !== null && <p className={classes.text}>{plainText(text)}</p>}
    </>
  );
}

function ToolTurn({ turn }: { turn: Extract<Turn, { kind: 'tool' }> }) {
  return (
    <>
      <p className={classes.who}>
        <IconTool size={14} aria-hidden /> <strong className="mono">{turn.tool}</strong>
        {!turn.isOver && <span className={classes.note}>no answer yet</span>}
      </p>
      <div className={classes.call}>
        <figure>
          <figcaption className={classes.note}>Arguments</figcaption>
          <JsonView value={turn.args} label={`Arguments of ${turn.tool}`} />
        </figure>
        <figure>
          <figcaption className={classes.note}>{turn.error ? 'Error' : 'Result'}</figcaption>
          {turn.error ? (
            <p className={classes.trouble}>
              {turn.error.code}: {turn.error.message}
            </p>
          ) : (
            turn.isOver && <JsonView value={turn.result} label={`Result of ${turn.tool}`} />
          )}
        </figure>
      </div>
    </>
  );
}
