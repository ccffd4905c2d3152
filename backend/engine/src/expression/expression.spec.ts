import { describe, it, expect } from '@jest/globals';
import type { Json } from '@rehearse/contracts';
import { compileCondition, compileExpression } from './index.js';
import type { ExpressionScope } from './index.js';

const INPUTS = {
  n: 3,
  i: 1,
  price: 99.5,
  name: 'Ann',
  tags: ['a', 'b'],
  order: { id: 'W1', lines: [{ sku: 'x' }] },
};
const BINDINGS: Record<string, Json> = {
  inputs: INPUTS,
  nodes: { classify: { output: { intent: 'refund' }, text: 'refund' }, other: null },
  run: { seed: 7, chaos: null },
  case: { id: 'happy' },
};

/** The value, or the error, or the issues: one line each. */
function outcome(source: string, scope: ExpressionScope = 'node', bindings = BINDINGS): string {
  const compiled = compileExpression(source, scope);
  if (Array.isArray(compiled)) return compiled.map((issue) => `${issue.code} ${issue.message}`).join('\n');
  const evaluation = compiled.evaluate(bindings);
  return evaluation.ok
    ? JSON.stringify(evaluation.value)
    : `${evaluation.error.code} ${evaluation.error.message}`;
}

/** Each line of the text is an expression; below it stands what it gives. */
const table = (text: string, scope: ExpressionScope = 'node', bindings = BINDINGS): string =>
  linesOf(text)
    .map((source) => `${source}\n    ${outcome(source, scope, bindings)}`)
    .join('\n');

const linesOf = (text: string): string[] => text.trim().split(/\n\s*/);

describe('numbers', () => {
  it('mix as people expect, and only two integer literals divide as integers', () => {
    expect(
      table(`
        1 + 2.5
        inputs.n > 2
        inputs.n % 2 == 1
        inputs.n == 3
        inputs.n == 3.0
        [1, 2][inputs.i]
        inputs.n / 2
        7 / 2
        -7 / 2
        7.0 / 2
        (1 + 6) / 2
        -inputs.n
        0 * -1
        inputs.tags.size() == 2
        int("42") + 1
        int(3.9)
        double("1e3")
        2 < 10
        "2" < "10"
        inputs.n in [1, 2, 3]
      `),
    ).toMatchInlineSnapshot(`
     "1 + 2.5
         3.5
     inputs.n > 2
         true
     inputs.n % 2 == 1
         true
     inputs.n == 3
         true
     inputs.n == 3.0
         true
     [1, 2][inputs.i]
         2
     inputs.n / 2
         1.5
     7 / 2
         3
     -7 / 2
         -3
     7.0 / 2
         3.5
     (1 + 6) / 2
         3.5
     -inputs.n
         -3
     0 * -1
         0
     inputs.tags.size() == 2
         true
     int("42") + 1
         43
     int(3.9)
         3
     double("1e3")
         1000
     2 < 10
         true
     "2" < "10"
         false
     inputs.n in [1, 2, 3]
         true"
    `);
  });

  it('never become NaN, Infinity or an integer that a double cannot hold', () => {
    expect(
      table(`
        inputs.n / 0
        inputs.n % 0
        1e308 * 10.0
        9007199254740993
        9007199254740991 + 2
        [9007199254740991 + 2, 1]
        int("9007199254740993")
        double("NaN")
        int("0x10")
      `),
    ).toMatchInlineSnapshot(`
     "inputs.n / 0
         expression/number inputs.n / 0: division by zero
     inputs.n % 0
         expression/number inputs.n % 0: division by zero
     1e308 * 10.0
         expression/number 1e308 * 10.0: the result is not a finite number
     9007199254740993
         expression/limit 9007199254740993 is too large to be exact
     9007199254740991 + 2
         "9007199254740992"
     [9007199254740991 + 2, 1]
         ["9007199254740992",1]
     int("9007199254740993")
         expression/number "9007199254740993" is not a number
     double("NaN")
         expression/number "NaN" is not a number
     int("0x10")
         expression/number "0x10" is not a number"
    `);
  });
});

describe('what people write', () => {
  it('has the value they expect', () => {
    expect(
      table(`
        nodes.classify.output.intent == "refund"
        nodes["classify"].text
        vars.name
        run.seed
        case.id
        "refund" in ["refund", "other"]
        "id" in inputs.order
        inputs == inputs
        [1, "a", {"b": null}]
        inputs.n == "3"
        inputs.name != 3
        inputs.tags == ["a", "b"]
        {"a": 1.0} == {"a": 1}
        null == inputs.n
        inputs.tags.exists(t, t == "b")
        inputs.tags.all(t, t.size() == 1)
        inputs.tags.exists_one(t, t == "a")
        inputs.tags.map(t, t + "!")
        inputs.tags.map(t, t != "a", t)
        inputs.tags.filter(t, t != "a")
        inputs.order.map(k, k)
        inputs.n > 2 ? "many" : "few"
        !(inputs.n > 2)
        inputs.name + " " + string(inputs.n)
        "Refund".lowerAscii()
        "a,b".split(",")
        ["a", "b"].join("-")
        "héllo😀".size()
        "😀x".substring(0, 1)
        "a-b".replace("-", "+")
        "hello".indexOf("l")
        "😀l".indexOf("l")
        " x ".trim()
        string({"b": 1, "a": 2})
        duration("2m") == 120000
        size(inputs)
        "abc".matches("^a.c$")
        "abc".matches("b")
        matches("abc", "z")
        bool("true") && !bool(false)
        bool("yes")
        duration("soon")
        double(true ? "x" : "1")
        dyn(1) == "1"
        "abc".lastIndexOf("c")
        "abc".endsWith("bc") && "abc".startsWith("ab")
        "abc".upperAscii()
        "abc".substring(2, 1)
        "abc".substring(9)
        [1, "a"].join()
        inputs.name.size(1)
        inputs.tags.map(t, {t: 1})
        inputs.tags.filter(t, t)
        inputs.n.map(x, x)
        inputs.name.contains(inputs.n)
        {inputs.n: 1}
        -inputs.name
        inputs.n in inputs.name
        inputs.name + inputs.n
        inputs.name < inputs.n
        inputs.n && true
        inputs.name.matches(inputs.n)
        inputs.n.matches("a")
        true ? inputs.?name : inputs.?zip
        true ? inputs.?name : "x"
      `),
    ).toMatchInlineSnapshot(`
     "nodes.classify.output.intent == "refund"
         true
     nodes["classify"].text
         "refund"
     vars.name
         "Ann"
     run.seed
         7
     case.id
         "happy"
     "refund" in ["refund", "other"]
         true
     "id" in inputs.order
         true
     inputs == inputs
         true
     [1, "a", {"b": null}]
         [1,"a",{"b":null}]
     inputs.n == "3"
         false
     inputs.name != 3
         true
     inputs.tags == ["a", "b"]
         true
     {"a": 1.0} == {"a": 1}
         true
     null == inputs.n
         false
     inputs.tags.exists(t, t == "b")
         true
     inputs.tags.all(t, t.size() == 1)
         true
     inputs.tags.exists_one(t, t == "a")
         true
     inputs.tags.map(t, t + "!")
         ["a!","b!"]
     inputs.tags.map(t, t != "a", t)
         ["b"]
     inputs.tags.filter(t, t != "a")
         ["b"]
     inputs.order.map(k, k)
         ["id","lines"]
     inputs.n > 2 ? "many" : "few"
         "many"
     !(inputs.n > 2)
         false
     inputs.name + " " + string(inputs.n)
         "Ann 3"
     "Refund".lowerAscii()
         "refund"
     "a,b".split(",")
         ["a","b"]
     ["a", "b"].join("-")
         "a-b"
     "héllo😀".size()
         6
     "😀x".substring(0, 1)
         "😀"
     "a-b".replace("-", "+")
         "a+b"
     "hello".indexOf("l")
         2
     "😀l".indexOf("l")
         1
     " x ".trim()
         "x"
     string({"b": 1, "a": 2})
         "{\\"a\\":2,\\"b\\":1}"
     duration("2m") == 120000
         true
     size(inputs)
         6
     "abc".matches("^a.c$")
         true
     "abc".matches("b")
         true
     matches("abc", "z")
         false
     bool("true") && !bool(false)
         true
     bool("yes")
         expression/type bool(): "yes" is neither "true" nor "false"
     duration("soon")
         expression/type duration(): "soon" is not a duration such as 200ms or 30s
     double(true ? "x" : "1")
         expression/number "x" is not a number
     dyn(1) == "1"
         false
     "abc".lastIndexOf("c")
         2
     "abc".endsWith("bc") && "abc".startsWith("ab")
         true
     "abc".upperAscii()
         "ABC"
     "abc".substring(2, 1)
         expression/number substring: the end 1 lies before the start 2
     "abc".substring(9)
         expression/number substring: 9 is not a position in a text of 3 characters
     [1, "a"].join()
         expression/type join: the list holds a number, not only strings
     inputs.name.size(1)
         expression/type \`size\` takes 0 arguments, not 1
     inputs.tags.map(t, {t: 1})
         [{"a":1},{"b":1}]
     inputs.tags.filter(t, t)
         expression/type the predicate must give a bool, not a string
     inputs.n.map(x, x)
         expression/type inputs.n must be a list or a map, not a number
     inputs.name.contains(inputs.n)
         expression/type contains: needs a string, got a number
     {inputs.n: 1}
         expression/type a key must be a string, not a number
     -inputs.name
         expression/type -inputs.name: only a number can be negated, not a string
     inputs.n in inputs.name
         expression/type inputs.n in inputs.name: \`in\` needs a list or a map, not a string
     inputs.name + inputs.n
         expression/type inputs.name + inputs.n: cannot add a string and a number
     inputs.name < inputs.n
         expression/type inputs.name < inputs.n: cannot compare a string and a number
     inputs.n && true
         expression/type inputs.n must be a bool, not a number
     inputs.name.matches(inputs.n)
         expression/type matches: the pattern must be a string, not a number
     inputs.n.matches("a")
         expression/type matches: the text must be a string, not a number
     true ? inputs.?name : inputs.?zip
         "Ann"
     true ? inputs.?name : "x"
         expression/type inputs.?name may be absent, the other choice is not"
    `);
  });

  it('is answered with what is wrong, before it runs', () => {
    expect(
      table(`
        output == 1
        inptus.n
        node.x
        nodes.classify.outptu
        run.sed
        nodes
        nodes[inputs.name]
        "a" + 1
        "a" - 1
        1 < "a"
        !1
        -"a"
        1 && true
        "a" == 1
        1 ? 2 : 3
        1 in 2
        inputs > 1
        foo(1)
        inputs.name.contain("x")
        inputs.name.contains()
        size()
        has(inputs)
        has(1 + 1)
        "x".matches("(?=a)")
        "x".matches("[")
        inputs.tags.all(1, true)
        inputs.tags.all(t, t + 1 > u)
        inputs.?name + "x"
        [inputs.?name]
        inputs.n.orValue(1)
        b"bytes"
        3u
        {1: 2}
        inputs.__proto__
        inputs.constructor
        [[1]].map(a, a.map(b, [b].map(c, c)))
        cel.bind(x, 1, x)
      `),
    ).toMatchInlineSnapshot(`
     "output == 1
         expression/unknown-name unknown name \`output\`; known here are inputs, vars, nodes, run, case
     inptus.n
         expression/unknown-name unknown name \`inptus\`; known here are inputs, vars, nodes, run, case
     node.x
         expression/unknown-name unknown name \`node\`; known here are inputs, vars, nodes, run, case
     nodes.classify.outptu
         expression/unknown-name nodes.classify.outptu: there is no field \`outptu\` here; there are output, text, messages, toolCalls, usage, latencyMs, costUsd, status, error
     run.sed
         expression/unknown-name run.sed: there is no field \`sed\` here; there are seed, chaos
     nodes
         expression/unknown-name \`nodes\` stands for no value: which node is meant must stand in the expression
     nodes[inputs.name]
         expression/unknown-name nodes[inputs.name]: which node is meant must stand in the expression, as the order follows from it
     "a" + 1
         expression/type "a" + 1: cannot add a string and a number
     "a" - 1
         expression/type "a" must be a number, not a string
     1 < "a"
         expression/type 1 < "a": cannot compare a number and a string
     !1
         expression/type 1 must be a bool, not a number
     -"a"
         expression/type "a" must be a number, not a string
     1 && true
         expression/type 1 must be a bool, not a number
     "a" == 1
         false
     1 ? 2 : 3
         expression/type 1 must be a bool, not a number
     1 in 2
         expression/type 2 must be a list or a map, not a number
     inputs > 1
         expression/type inputs must be a number or a string, not a map
     foo(1)
         expression/unknown-name there is no function \`foo\`; there are size, string, int, double, bool, dyn, duration, has
     inputs.name.contain("x")
         expression/unknown-name there is no method \`contain\`; there are size, contains, startsWith, endsWith, lowerAscii, upperAscii, trim, indexOf, lastIndexOf, substring, split, join, replace, hasValue, value, orValue, or, matches, all, exists, exists_one, map, filter
     inputs.name.contains()
         expression/type \`contains\` takes 1 arguments, not 0
     size()
         expression/type \`size\` takes 1 arguments, not 0
     has(inputs)
         expression/type \`has\` takes one field, as in has(inputs.order)
     has(1 + 1)
         expression/type \`has\` takes one field, as in has(inputs.order)
     "x".matches("(?=a)")
         expression/regex look-around is not supported (invalid or unsupported Perl syntax: \`(?=\`)
     "x".matches("[")
         expression/regex missing closing ]: \`[\`
     inputs.tags.all(1, true)
         expression/syntax the first argument of \`all\` must be a name, as in list.all(item, …)
     inputs.tags.all(t, t + 1 > u)
         expression/unknown-name unknown name \`u\`; known here are t, inputs, vars, nodes, run, case
     inputs.?name + "x"
         expression/type inputs.?name may be absent
     [inputs.?name]
         expression/type inputs.?name may be absent
     inputs.n.orValue(1)
         expression/type \`orValue\` belongs to an optional, and inputs.n is none
     b"bytes"
         expression/type b"bytes": bytes and unsigned integers do not exist in JSON
     3u
         expression/type 3u: bytes and unsigned integers do not exist in JSON
     {1: 2}
         expression/type 1 must be a string, not a number
     inputs.__proto__
         expression/unknown-name \`__proto__\` cannot be accessed
     inputs.constructor
         expression/unknown-name \`constructor\` cannot be accessed
     [[1]].map(a, a.map(b, [b].map(c, c)))
         expression/limit comprehensions may be nested 2 deep, not deeper
     cel.bind(x, 1, x)
         expression/unknown-name there is no method \`bind\`; there are size, contains, startsWith, endsWith, lowerAscii, upperAscii, trim, indexOf, lastIndexOf, substring, split, join, replace, hasValue, value, orValue, or, matches, all, exists, exists_one, map, filter
     expression/unknown-name unknown name \`cel\`; known here are inputs, vars, nodes, run, case
     expression/unknown-name unknown name \`x\`; known here are inputs, vars, nodes, run, case
     expression/unknown-name unknown name \`x\`; known here are inputs, vars, nodes, run, case"
    `);
  });

  it('is answered with where the syntax breaks', () => {
    const issues = [
      '',
      '  ',
      'a b',
      '1 +',
      'inputs.n = 3',
      'inputs.n and true',
      '"open',
      '(1',
      'a..b',
      '1 & 2',
      '`x`',
    ].map((source) => {
      const compiled = compileExpression(source, 'node');
      if (!Array.isArray(compiled)) return `${source}: fine`;
      return compiled
        .map((i) => `${source} @${i.offset}+${i.length} ${i.code} ${i.message} | ${i.suggestion ?? ''}`)
        .join('\n');
    });
    expect(issues.join('\n')).toMatchInlineSnapshot(`
     " @0+0 expression/syntax the expression is empty | 
        @0+2 expression/syntax the expression is empty | 
     a b @2+1 expression/syntax unexpected character: 'b' | 
     1 + @3+0 expression/syntax unexpected token: the end | 
     inputs.n = 3 @9+1 expression/syntax unexpected character: = | compare with ==
     inputs.n and true @9+3 expression/syntax unexpected character: 'd' | write && for "and"
     "open @0+5 expression/syntax unterminated string | 
     (1 @2+0 expression/syntax expected \`)\`, got the end | 
     a..b @2+1 expression/syntax expected a name, got \`.\` | 
     1 & 2 @2+1 expression/syntax unexpected character: & | write && for "and"
     \`x\` @0+1 expression/syntax unexpected character: \` | write strings in double or single quotes"
    `);
  });
});

describe('what is missing', () => {
  it('is an error that names the path, unless has() or .? asks for it', () => {
    expect(
      table(`
        inputs.order.ID
        inputs.customer.id
        inputs.tags[5]
        inputs.name.first
        inputs.order["zip"]
        inputs.tags["a"]
        inputs.n.x
        inputs.order[0]
        has(inputs.order.id)
        has(inputs.order.zip)
        has(inputs.customer.id)
        has(inputs.n.x)
        inputs.?name
        inputs.?zip
        inputs.?zip.orValue("none")
        inputs.?order.id.orValue("none")
        inputs.?a.b.c.hasValue()
        inputs.tags[?9].orValue("z")
        inputs.?zip.or(inputs.?name)
        inputs.?zip.value()
        inputs.?customer.id.orValue(null)
        inputs.zip == 1 || true
        true || inputs.zip == 1
        inputs.zip == 1 && false
        inputs.zip == 1 || false
        inputs.tags.exists(t, t.x == 1)
        inputs.tags.exists(t, t == "b" || t.x == 1)
      `),
    ).toMatchInlineSnapshot(`
     "inputs.order.ID
         expression/missing-field inputs.order.ID: no such field 'ID', did you mean 'id'?
     inputs.customer.id
         expression/missing-field inputs.customer: no such field 'customer'
     inputs.tags[5]
         expression/missing-field inputs.tags[5]: no element 5, the list has 2 elements
     inputs.name.first
         expression/missing-field inputs.name.first: inputs.name is a string and has no fields
     inputs.order["zip"]
         expression/missing-field inputs.order["zip"]: no such field 'zip'
     inputs.tags["a"]
         expression/missing-field inputs.tags["a"]: a list is indexed by a number, not by a string
     inputs.n.x
         expression/missing-field inputs.n.x: inputs.n is a number and has no fields
     inputs.order[0]
         expression/missing-field inputs.order[0]: a map is indexed by a string, not by a number
     has(inputs.order.id)
         true
     has(inputs.order.zip)
         false
     has(inputs.customer.id)
         false
     has(inputs.n.x)
         false
     inputs.?name
         "Ann"
     inputs.?zip
         null
     inputs.?zip.orValue("none")
         "none"
     inputs.?order.id.orValue("none")
         "W1"
     inputs.?a.b.c.hasValue()
         false
     inputs.tags[?9].orValue("z")
         "z"
     inputs.?zip.or(inputs.?name)
         "Ann"
     inputs.?zip.value()
         expression/missing-field value(): there is none
     inputs.?customer.id.orValue(null)
         null
     inputs.zip == 1 || true
         true
     true || inputs.zip == 1
         true
     inputs.zip == 1 && false
         false
     inputs.zip == 1 || false
         expression/missing-field inputs.zip: no such field 'zip'
     inputs.tags.exists(t, t.x == 1)
         expression/missing-field t.x: t is a string and has no fields
     inputs.tags.exists(t, t == "b" || t.x == 1)
         true"
    `);
  });

  it('of a skipped node is null, and has() of it is false', () => {
    expect(
      table(`
        nodes.other
        nodes.other.output
        nodes.other.output.intent
        has(nodes.other.output)
        nodes.gone.output
        nodes.classify.output.zip
      `),
    ).toMatchInlineSnapshot(`
     "nodes.other
         null
     nodes.other.output
         null
     nodes.other.output.intent
         null
     has(nodes.other.output)
         false
     nodes.gone.output
         expression/missing-field nodes.gone: no such field 'gone'
     nodes.classify.output.zip
         expression/missing-field nodes.classify.output.zip: no such field 'zip'"
    `);
  });

  it('says so when a variable itself was not given', () => {
    expect(outcome('inputs.n', 'node', {})).toMatchInlineSnapshot(
      `"expression/missing-field inputs: is not known here"`,
    );
    expect(outcome('text == null', 'check', { text: null })).toMatchInlineSnapshot(`"true"`);
  });
});

describe('in a contract', () => {
  const event: Record<string, Json> = {
    ...{ type: 'tool.called', node: 'handle', tool: 'refund', args: { amount: 7, note: null }, turn: 2 },
  };

  it('null and what is missing make a comparison false and nothing fail', () => {
    expect(
      table(
        `
        type == "tool.called" && tool == "refund"
        args.amount > 5
        args.amount < 5
        args.gone > 5
        args.gone <= 5
        args.gone == 5
        args.gone != 5
        !(args.gone == 5)
        args.a.b.c == 1
        result.text.contains("x")
        !result.ok
        agent == null
        agent != null
        tool != null
        args.gone == args.gone
        agent in ["a"]
        "a" in result
        size(result) > 3
        result.items.exists(i, i.x == 1)
        result.items.all(i, i.x == 1)
        turn + at > 1
        -at
        result ? 1 : 2
        has(args.amount)
        has(args.note)
        has(result.x)
        args.?gone.orValue(3) == 3
        agent.matches("x")
        tool.matches("^ref")
        args.list[0] == 1
        inputs.x == 1
        tool + 1
        args.amount && true
      `,
        'contract',
        event,
      ),
    ).toMatchInlineSnapshot(`
     "type == "tool.called" && tool == "refund"
         true
     args.amount > 5
         true
     args.amount < 5
         false
     args.gone > 5
         false
     args.gone <= 5
         false
     args.gone == 5
         false
     args.gone != 5
         false
     !(args.gone == 5)
         true
     args.a.b.c == 1
         false
     result.text.contains("x")
         false
     !result.ok
         true
     agent == null
         true
     agent != null
         false
     tool != null
         true
     args.gone == args.gone
         false
     agent in ["a"]
         false
     "a" in result
         false
     size(result) > 3
         false
     result.items.exists(i, i.x == 1)
         false
     result.items.all(i, i.x == 1)
         true
     turn + at > 1
         false
     -at
         null
     result ? 1 : 2
         2
     has(args.amount)
         true
     has(args.note)
         false
     has(result.x)
         false
     args.?gone.orValue(3) == 3
         true
     agent.matches("x")
         false
     tool.matches("^ref")
         true
     args.list[0] == 1
         false
     inputs.x == 1
         false
     tool + 1
         expression/type tool + 1: cannot add a string and a number
     args.amount && true
         expression/type args.amount must be a bool, not a number"
    `);
  });
});

describe('a condition', () => {
  const outcomeOf = (source: string, scope: ExpressionScope = 'node') => {
    const compiled = compileCondition(source, scope);
    if (Array.isArray(compiled))
      return compiled.map(({ message, suggestion }) => `${message} -> ${suggestion}`);
    const evaluation = compiled.evaluate(scope === 'contract' ? { tool: 'pay', args: null } : BINDINGS);
    return evaluation.ok ? evaluation.value : evaluation.error.message;
  };

  it('gives a bool or is an error: nothing else is taken for true or false', () => {
    expect(outcomeOf('inputs.n > 1')).toBe(true);
    expect(outcomeOf('inputs.n')).toBe('inputs.n must be a bool, not a number');
    expect(outcomeOf('nodes.other')).toBe('nodes.other must be a bool, not null');
    expect(outcomeOf('"yes"')).toEqual([
      '"yes" must be a bool, not a string -> compare it with something, as in inputs.n > 0',
    ]);
    expect(outcomeOf('inputs.?gone')).toEqual([
      'inputs.?gone may be absent -> say what it is then: .orValue(…)',
    ]);
  });

  it('of a contract is warned of a type that no event has', () => {
    const warningsOf = (source: string, scope: ExpressionScope = 'contract') => {
      const compiled = compileExpression(source, scope);
      return (Array.isArray(compiled) ? compiled : compiled.warnings).map(
        ({ code, message, suggestion, offset, length }) =>
          `${source.slice(offset, offset + length)} ${code} ${message} (${suggestion})`,
      );
    };
    expect(warningsOf('type == "tool.caled" || "x" != type')).toEqual([
      '"tool.caled" expression/unknown-event no event has the type "tool.caled" (did you mean "tool.called"?)',
      '"x" expression/unknown-event no event has the type "x" (see docs/journal.md for the types)',
    ]);
    expect(warningsOf('type == "tool.called" && tool == "tool.caled" && args.type == "x"')).toEqual([]);
    expect(warningsOf('type == "tool.failed" || type == null')).toEqual([]);
  });

  it('of a contract takes null for false, and nothing else', () => {
    expect(outcomeOf('args.ok', 'contract')).toBe(false);
    expect(outcomeOf('tool', 'contract')).toBe('tool must be a bool, not a string');
  });
});
