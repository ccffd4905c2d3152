import { describe, expect, it } from '@jest/globals';
import { compileExpression } from './index.js';
import { table } from './testing/outcome.js';

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
