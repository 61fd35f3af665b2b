/** The kinds of a template's parts: Liquid that puts a value, Liquid that decides, a JSON text, everything else. */
export type HighlightedTemplatePart = { kind: "value" | "tag" | "text" | "plain"; text: string };

/** Liquid, an escaped character, a quote, or a run of other characters. */
const PIECE = /\{\{.*?(?:\}\}|$)|\{%.*?(?:%\}|$)|\\.|"|[^"\\{]+|./gs;

/** Splits a template into parts to colour. The parts joined are the template. */
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
