import type { ContractRule } from '@rehearse/contracts';
import { demandOf } from './contract-words.js';
import classes from './ContractDemand.module.css';

interface ContractDemandProps {
  contract: { id: string; rule?: ContractRule | undefined };
}

/** What a contract demands, in words; nothing where it is not known. */
export function ContractDemand({ contract }: ContractDemandProps) {
  const phrases = demandOf(contract);
  if (phrases === null) return null;
  return (
    <span className={classes.demand}>
      {phrases.map((phrase, index) =>
        typeof phrase === 'string' ? phrase : <code key={index}>{phrase.code}</code>,
      )}
    </span>
  );
}
