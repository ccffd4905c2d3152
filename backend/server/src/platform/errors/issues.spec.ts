import { describe, expect, it } from '@jest/globals';
import { CreateSimulationRequest, ReplayRequest } from '@rehearse/contracts';
import { z } from 'zod';
import { entriesOf, type SchemaIssue } from './issues.js';

function told(schema: z.ZodType, value: unknown): string[] {
  const { error } = schema.safeParse(value);
  const entries = ((error?.issues ?? []) as SchemaIssue[]).flatMap((issue) => entriesOf(issue));
  return entries.map(({ path, message }) => `${path}: ${message}`);
}

describe('a value that fits none of several forms', () => {
  it('is told what the nearest of them lacks', () => {
    const personas = ['hurried'];
    expect(told(CreateSimulationRequest, { agent: { graf: 'quick' }, personas })).toEqual([
      'agent.graph: is missing; it must be a text',
      'agent.graf: there is no such field',
    ]);
    expect(told(CreateSimulationRequest, { agent: { http: { url: 7 } }, personas })[0]).toMatch(
      /^agent\.http\./,
    );
  });

  it('is told the types when it is of none', () => {
    expect(told(CreateSimulationRequest, { agent: 7, personas: [true] })).toEqual([
      'agent: must be an object, not a number',
      'personas.0: must be a text or an object, not true or false',
    ]);
  });

  it('is told what the field may say that tells them apart', () => {
    expect(told(ReplayRequest, { mode: 'zzz' })).toEqual([
      'mode: must be one of strict, regrade, compare, fork, chaos, or be left out',
    ]);
  });
});
