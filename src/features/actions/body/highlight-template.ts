/**
 * A piece of a Liquid template. Each kind has a colour: `value` is `{{ … }}`, `tag` is `{% … %}`, `text` is a quoted
 * JSON string, `plain` is all other text.
 */
export type HighlightedTemplatePart = { kind: "value" | "tag" | "text" | "plain"; text: string };

/** Matches the next piece of a template: a Liquid tag, an escaped character, a quote, or a run of other characters. */
const PIECE = /\{\{.*?(?:\}\}|$)|\{%.*?(?:%\}|$)|\\.|"|[^"\\{]+|./gs;

/** Splits a template into pieces for syntax highlighting. The joined pieces are the template again. */
export function highlightTemplate(template: string): HighlightedTemplatePart[] {
  const parts: HighlightedTemplatePart[] = [];
  let isText = false;
  const add = (kind: HighlightedTemplatePart["kind"], text: string): void => {
    const last = parts.at(-1);
    if (last?.kind === kind) last.text += text;
    else parts.push({ kind, text });
  };
  for (const [piece] of template.matchAll(PIECE)) {
    if (piece.startsWith("{{")) add("value", piece);
    else if (piece.startsWith("{%")) add("tag", piece);
    else if (piece === '"') {
      add("text", piece);
      isText = !isText;
    } else add(isText ? "text" : "plain", piece);
  }
  return parts;
}
