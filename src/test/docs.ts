import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * Paths of the Markdown files that people read, from the top folder: README, docs/, .github/ and the READMEs of
 * folders.
 */
export function markdownFiles(): string[] {
  const folders = ["docs", ".github", "src"].filter((folder) => existsSync(folder));
  const found = folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((path) => path.endsWith(".md"))
      .map((path) => join(folder, path)),
  );
  return ["README.md", "CHANGELOG.md", ...found];
}

/** The code blocks of a Markdown text, with the word behind the opening fence. */
export function codeBlocks(file: string): { language: string; code: string }[] {
  const text = readFileSync(file, "utf8");
  return [...text.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].map(([, language, code]) => ({
    language: language!,
    code: code!,
  }));
}

/** The texts between backticks outside of code blocks. */
export function inlineCode(file: string): string[] {
  const text = readFileSync(file, "utf8").replace(/^```[\s\S]*?^```$/gm, "");
  return [...text.matchAll(/`([^`\n]+)`/g)].map(([, code]) => code!);
}
