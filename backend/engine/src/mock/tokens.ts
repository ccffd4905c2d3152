/** Four characters a token: a mock has no tokenizer, and the same text must always count the same. */
export const estimateTokens = (text: string): number => Math.ceil(text.length / 4);
