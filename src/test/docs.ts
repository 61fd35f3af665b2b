import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The Markdown that people read: README, docs/, .github/ and the READMEs of folders. Paths from the top folder. */
export function markdownFiles(): string[] {
  const folders = ["docs", ".github", "src"].filter((folder) => existsSync(folder));
  const found = folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((path) => path.endsWith(".md"))
      .map((path) => join(folder, path)),
  );
  return ["README.md", "CHANGELOG.md", ...found];
}

/** The code blocks of a Markdown file, with the word behind their fence. */
export function codeBlocks(file: string): { language: string; code: string }[] {
  const text = readFileSync(file, "utf8");
  return [...text.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].map(([, language, code]) => ({
    language: language!,
    code: code!,
  }));
}

/** What stands between backticks outside of code blocks. */
export function inlineCode(file: string): string[] {
  const text = readFileSync(file, "utf8").replace(/^```[\s\S]*?^```$/gm, "");
  return [...text.matchAll(/`([^`\n]+)`/g)].map(([, code]) => code!);
}
