import { describe, expect, it } from '@jest/globals';
import { outcome, table } from './testing/outcome.js';

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
