import { API_VERSION, type GenerateAnswer } from '@rehearse/contracts';
import { generated, literal } from './generated.js';
import { approval } from './templates/approval.js';
import { classifier } from './templates/classifier.js';
import { conversation } from './templates/conversation.js';
import { plainAnswer } from './templates/plain.js';
import { retrieval } from './templates/retrieval.js';
import { support } from './templates/support.js';
import type { Template } from './templates/template.js';
import { tools } from './templates/tools.js';

/** Of two that fit as well, the first. */
const TEMPLATES: readonly Template[] = [approval, conversation, classifier, retrieval, support, tools];

/** The graph of the template that has most words of a description: complete, offline, with a case that passes. */
export function graphFromDescription(text: string, name?: string): GenerateAnswer {
  const template = templateFor(text);
  const description = text.trim().replace(/\s+/g, ' ');
  return generated({
    ...{ apiVersion: API_VERSION, kind: 'Graph', name: name ?? template.name, description },
    ...template.graph(literal(description)),
  });
}

function templateFor(text: string): Template {
  const scored = TEMPLATES.map((template) => {
    const words = new Set(text.match(template.words)?.map((word) => word.toLowerCase()));
    return { template, score: words.size };
  });
  const best = scored.reduce((most, one) => (one.score > most.score ? one : most));
  return best.score > 0 ? best.template : plainAnswer;
}
