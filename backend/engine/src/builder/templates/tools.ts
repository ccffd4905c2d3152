import { mockRoute, textInputs, type Template } from './template.js';

/** An agent with a tool. */
export const tools: Template = {
  name: 'tool-agent',
  words: /\b(tools?|apis?|functions?|calls?|agent|weather|look\s?ups?|actions?)\b/gi,
  graph: (about) => ({
    inputs: textInputs('message', 'city'),
    providers: mockRoute('agent'),
    mocks: {
      agent: [
        {
          when: 'toolResults.size() == 0',
          reply: { toolCalls: [{ name: 'get_weather', arguments: { city: '{{ inputs.city }}' } }] },
        },
        { reply: { content: 'It is {{ toolResults[0].result.sky }} in {{ inputs.city }}.' } },
      ],
    },
    tools: {
      get_weather: {
        description: 'The weather in a city now.',
        parameters: textInputs('city'),
        returns: textInputs('sky'),
        mock: [{ when: 'args.city == "Oslo"', return: { sky: 'clear' } }, { return: { sky: 'grey' } }],
      },
    },
    nodes: {
      agent: {
        type: 'agent',
        provider: 'agent',
        system: about,
        prompt: '{{ inputs.message }}',
        tools: ['get_weather'],
        maxTurns: 4,
        assert: [
          {
            type: 'trajectory:tool-args-match',
            value: { name: 'get_weather', args: { city: '{{ inputs.city }}' } },
          },
        ],
      },
    },
    contracts: [{ id: 'ask-once', atMost: { count: 1, of: 'tool == "get_weather"' } }],
    assert: [{ type: 'contains', value: '{{ inputs.city }}' }],
    cases: [{ id: 'oslo', vars: { message: 'How is the weather in Oslo?', city: 'Oslo' } }],
  }),
};
