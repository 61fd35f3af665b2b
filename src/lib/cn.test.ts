import { readdirSync, readFileSync } from "node:fs";
import { extendTailwindMerge } from "tailwind-merge";
import { expect, test } from "vitest";
import { cn } from "./cn";

const oracle = extendTailwindMerge({ extend: { theme: { text: ["2xs"] } } });
/** Tells whether tailwind-merge knows a class: it then drops a repeated one. */
const isKnown = (name: string): boolean => oracle(`${name} ${name}`) === name;

function wordsOfPages(): Set<string> {
  const files = ["src/app", "src/components", "src/features"].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: "utf8" }).map((file) => `${folder}/${file}`),
  );
  const texts = files.filter((file) => /\.tsx?$/.test(file)).map((file) => readFileSync(file, "utf8"));
  const words = texts.flatMap((text) => text.split(/[\s"'`]+/));
  return new Set(words.map((word) => word.replace(/^([\w-]+:)+(?=\S)/, "")));
}

test("of any two classes that the pages use, the later one stays where tailwind-merge says so", () => {
  const used = [...wordsOfPages()].filter(isKnown);
  expect(used.length).toBeGreaterThan(500);
  const wrong: string[] = [];
  for (const one of used) for (const two of used) if (cn(one, two) !== oracle(one, two)) wrong.push(`${one} ${two}`);
  expect(wrong).toEqual([]);
}, 120_000);

test.each([
  ["p-2 hover:p-3", "p-4", "hover:p-3 p-4"],
  ["sm:first:pl-6", "first:sm:pl-5", "first:sm:pl-5"],
  ["[&:hover]:p-1 data-[state=open]:p-2", "[&:hover]:p-3", "data-[state=open]:p-2 [&:hover]:p-3"],
  ["text-sm leading-6", "text-xs text-muted", "text-xs text-muted"],
  ["w-[calc(100%-1rem)] unknown", "w-full unknown", "unknown w-full unknown"],
  ["", undefined, ""],
])("%j and %j are %j", (one, two, both) => {
  expect(cn(one, two)).toBe(both);
  expect(cn(one, two)).toBe(oracle(one, two));
});
