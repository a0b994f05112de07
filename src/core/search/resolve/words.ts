const separators = /[^0-9A-Za-z\u0080-\u{10ffff}]+/u;

/**
 * The words of a text in order, as ClickHouse's tokenizer `splitByNonAlpha` finds them: whatever is
 * in ASCII and neither letter nor digit separates, `_` too; everything beyond ASCII belongs to a
 * word.
 */
export const wordSequence = (text: string): readonly string[] =>
  text.split(separators).filter((word) => word !== '');

/** The words of a text, each once. */
export const distinctWords = (text: string): readonly string[] => [...new Set(wordSequence(text))];
