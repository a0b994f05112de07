import { StreamLanguage } from '@codemirror/language';

interface LuceneState {
  /** After `field:` the next word is its value. */
  value: boolean;
}

/** Enough of Lucene to colour it; what is right and wrong is the server's word alone. */
export const luceneLanguage = StreamLanguage.define<LuceneState>({
  name: 'lucene',
  startState: () => ({ value: false }),
  token(stream, state) {
    if (stream.eatSpace()) {
      state.value = false;
      return null;
    }
    if (stream.match(/^"(?:\\.|[^"\\])*"?/)) {
      state.value = false;
      return 'string';
    }
    if (!state.value && stream.match(/^(AND|OR|NOT|&&|\|\|)(?=\s|$|\()/)) return 'keyword';
    if (stream.match(/^TO(?=\s)/)) return 'keyword';
    if (!state.value && stream.match(/^[-!+](?=\S)/)) return 'keyword';
    if (stream.match(/^[()[\]{}]/)) return 'punctuation';
    if (!state.value && stream.match(/^(?:\\.|[^:\s(){}"^~[\]\\])+(?=:)/)) return 'propertyName';
    if (stream.match(/^:(?:[<>]=?)?/)) {
      state.value = true;
      return 'operator';
    }
    if (stream.match(/^-?\d+(?:\.\d+)?(?=[\s)\]}]|$)/)) return 'number';
    if (stream.match(/^(?:\\.|[^\s()[\]{}"\\])+/)) return state.value ? 'string' : 'variableName';
    stream.next();
    return null;
  },
});
