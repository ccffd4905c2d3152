import { describe, expect, it } from '@jest/globals';
import { forbiddenField, refuseDepth } from './json-bodies.js';

const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);

describe('a JSON body', () => {
  it('is refused when it is nested deeper than anybody writes', () => {
    expect(refuseDepth(nested(1_024))).toBeNull();
    expect(refuseDepth(nested(1_025))?.detail).toBe('The body is nested more than 1024 deep.');
    expect(refuseDepth('{"a":'.repeat(200_000))?.code).toBe('request/invalid');
  });

  it('may hold any number of brackets beside each other, or in its texts', () => {
    expect(refuseDepth(`[${'[],'.repeat(5_000)}0]`)).toBeNull();
    expect(refuseDepth(JSON.stringify({ a: `\\"${'['.repeat(5_000)}`, b: '\\' }))).toBeNull();
    expect(refuseDepth(`"${'['.repeat(5_000)}`)).toBeNull();
  });

  it('is told which of its fields may not have their name', () => {
    const told = (text: string) => forbiddenField(text)?.detail ?? null;
    expect(told('{"__proto__": {"role": "Admin"}}')).toMatch(/^__proto__: this name is not taken/);
    expect(told('{"a": [{"\\u005f_proto__": 1}]}')).toMatch(/^a\.0\.__proto__: /);
    expect(told('{"vars": {"constructor": {"prototype": {}}}}')).toMatch(/^vars\.constructor\.prototype: /);
    expect(told('{"constructor": "ours", "prototype": 1')).toBeNull();
  });
});
