/*
 * The groups of Tailwind's classes that contradict each other. `tailwind-merge` knows all classes of Tailwind, and
 * takes 8 KB of compressed script. These tables know the classes that the pages use; cn.test.ts compares both.
 */

/** For each group, its classes that have no value. */
const words: Readonly<Record<string, string>> = {
  display: "block inline inline-block flex inline-flex grid inline-grid table contents hidden",
  position: "static fixed absolute relative sticky",
  visibility: "visible invisible collapse",
  "table-layout": "table-auto table-fixed",
  "flex-direction": "flex-row flex-row-reverse flex-col flex-col-reverse",
  "flex-wrap": "flex-wrap flex-nowrap flex-wrap-reverse",
  "text-align": "text-left text-center text-right text-justify text-start text-end",
  "text-wrap": "text-wrap text-nowrap text-balance text-pretty",
  "text-overflow": "truncate text-ellipsis text-clip",
  "text-case": "uppercase lowercase capitalize normal-case",
  "text-line": "underline overline line-through no-underline",
  "font-family": "font-sans font-serif font-mono",
  figures: "tabular-nums proportional-nums",
  "border-collapse": "border-collapse border-separate",
  "border-style": "border-solid border-dashed border-dotted border-double border-hidden border-none",
  "outline-style": "outline-none outline-hidden outline-solid outline-dashed outline-dotted",
  "screen-reader": "sr-only not-sr-only",
  isolation: "isolate isolation-auto",
  "forced-color-adjust": "forced-color-adjust-auto forced-color-adjust-none",
};
const groupOfWord = new Map(
  Object.entries(words).flatMap(([group, list]) => list.split(" ").map((word) => [word, group] as const)),
);

/**
 * Names of classes that take a value (`w` in `w-4`) and set the same properties for every value. Each name is a group.
 */
const names = new Set(
  (
    "top right bottom left inset inset-x inset-y z order col-span m mx my mt mr mb ml p px py pt pr pb pl " +
    "w h size min-w max-w min-h max-h basis flex grow shrink gap gap-x gap-y grid-cols grid-rows justify items self " +
    "place-items divide-x divide-y overflow overflow-x overflow-y overscroll rounded rounded-t rounded-r rounded-b " +
    "rounded-l bg opacity font leading tracking underline-offset outline-offset line-clamp list whitespace break align " +
    "wrap content transition duration delay ease animate scale rotate translate-x translate-y origin cursor select touch " +
    "resize pointer-events scroll-py accent caret fill float field-sizing backdrop-blur @container container filter"
  ).split(" "),
);

const LENGTH = /^(\d+(\.\d+)?|\[(length:)?[\d.]+(px|r?em|%)?\])?$/;
const SIZE = /^(2xs|xs|sm|base|lg|\d?xl|\[[\d.]+(px|r?em)\])$/;

/** Names of classes that set different properties by their value: `text-sm` sets the size, `text-red` the colour. */
const byValue = new Map<string, (value: string) => string>([
  ["text", (value) => (SIZE.test(value) ? "text-size" : "text-color")],
  [
    "decoration",
    (value) => {
      if (/^(solid|dashed|dotted|double|wavy)$/.test(value)) return "decoration-style";
      return LENGTH.test(value) || /^(auto|from-font)$/.test(value) ? "decoration-width" : "decoration-color";
    },
  ],
  ["shadow", (value) => (/^(|none|[2x]?[xs]?[sml]|xl|2xl|inner|\[.*)$/.test(value) ? "shadow" : "shadow-color")],
]);
for (const name of "border border-x border-y border-t border-r border-b border-l ring inset-ring outline stroke".split(
  " ",
))
  byValue.set(name, (value) => `${name}-${LENGTH.test(value) ? "width" : "color"}`);

/** For each group, the groups whose properties it sets too: `px` also sets `pl` and `pr`. */
const within: Readonly<Record<string, string>> = {
  inset: "inset-x inset-y top right bottom left",
  "inset-x": "right left",
  "inset-y": "top bottom",
  m: "mx my mt mr mb ml",
  mx: "mr ml",
  my: "mt mb",
  p: "px py pt pr pb pl",
  px: "pr pl",
  py: "pt pb",
  size: "w h",
  gap: "gap-x gap-y",
  flex: "basis grow shrink",
  overflow: "overflow-x overflow-y",
  rounded: "rounded-t rounded-r rounded-b rounded-l",
  "line-clamp": "display overflow",
  "text-size": "leading",
  ...Object.fromEntries(
    ["width", "color"].flatMap((kind) => {
      const sides = (of: string) => [...of].map((side) => `border-${side}-${kind}`).join(" ");
      return [
        [`border-${kind}`, sides("xytrbl")],
        [`border-x-${kind}`, sides("rl")],
        [`border-y-${kind}`, sides("tb")],
      ];
    }),
  ),
};

/** Returns the group of a class, which is given without its variants; null for a class that the tables do not know. */
export function findConflictGroupOfClass(name: string): string | null {
  const word = groupOfWord.get(name);
  if (word !== undefined) return word;
  const property = /^\[([^:]+):/.exec(name)?.[1];
  if (property !== undefined) return `[${property}`;
  const text = name.replace(/^-/, "");
  // The value of a class may hold dashes too, so the longest known name counts.
  for (let end = text.length; end > 0; end = text.lastIndexOf("-", end - 1)) {
    const head = text.slice(0, end);
    if (names.has(head)) return head;
    const groupOfValue = byValue.get(head);
    if (groupOfValue) return groupOfValue(text.slice(end + 1));
  }
  return null;
}

/** Returns the groups whose earlier classes have no effect after a class of this group. */
export const listClassGroupsReplacedBy = (group: string): string[] => [group, ...(within[group]?.split(" ") ?? [])];
