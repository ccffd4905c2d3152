import type { Compilation } from './compilation.js';

const SECRET_NAME = '[A-Za-z_][A-Za-z0-9_.-]*';
const REFERENCE = new RegExp(`^\\$\\{secret:${SECRET_NAME}\\}$`);
const BROKEN_REFERENCE = new RegExp(`\\$\\{secret(?!:${SECRET_NAME}\\})`);

/** `${secret:name}` and nothing else. */
export const isSecretReference = (text: string): boolean => REFERENCE.test(text);

/** What begins with an expression is only known when it is called. */
const ADDRESS = /^(https?:\/\/[^\s/?#]+|\{\{)/i;
const USER = /^https?:\/\/[^/?#]*@/i;

/** Checks the address of a call. */
export function checkAddress(c: Compilation, container: object, member: string): void {
  const text = textAt(container, member);
  const code = 'graph/bad-value';
  if (!ADDRESS.test(text)) {
    const message = `\`${member}\` is an address that begins with https:// or http://`;
    c.report(container, member, {
      code,
      message,
      suggestion: 'write the whole address, as in https://api.example.com/v1',
    });
  } else if (USER.test(text)) {
    const message = 'an address with a user and a password in it is not called';
    const suggestion = 'send a header: authorization: "Basic ${secret:name}"';
    c.report(container, member, { code: 'graph/secret-in-document', message, suggestion });
  }
  checkReferences(c, container, member);
}

const TELLING = new Set(['authorization', 'proxy-authorization', 'x-api-key', 'api-key', 'cookie']);

/** Checks the headers of a call: what lets in is a secret. */
export function checkHeaders(c: Compilation, headers: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(headers)) {
    checkReferences(c, headers, name);
    if (!TELLING.has(name.toLowerCase()) || /\$\{secret|\{\{/.test(value)) continue;
    c.report(headers, name, {
      code: 'graph/secret-in-document',
      message: `the value of \`${name}\` stands in the graph: whoever reads the graph could use it`,
      suggestion: 'name a secret: ${secret:name}',
    });
  }
}

function checkReferences(c: Compilation, container: object, member: string): void {
  if (!BROKEN_REFERENCE.test(textAt(container, member))) return;
  c.report(container, member, {
    code: 'graph/bad-value',
    message: 'this names no secret',
    suggestion: 'write ${secret:name}: letters, digits and _.-',
  });
}

const textAt = (container: object, member: string): string => (container as Record<string, string>)[member]!;
