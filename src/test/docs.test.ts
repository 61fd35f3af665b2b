import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { describe, expect, it } from "vitest";
import { listActionTypes } from "@/domain/action/registry";
import { parseEnv, environmentVariableNames } from "@/env";
import { codeBlocks, inlineCode, markdownFiles } from "./docs";

const { scripts } = JSON.parse(readFileSync("package.json", "utf8")) as { scripts: Record<string, string> };
const files = markdownFiles();
const read = (file: string): string => readFileSync(file, "utf8");
const codeOf = (file: string): string[] => [...inlineCode(file), ...codeBlocks(file).map(({ code }) => code)];

/** Names in capitals that are not variables of this program. */
const otherNames = ["REDIS_SERVER", "PAGER_URL", "PAGER_TOKEN", "TRIGGER_SYSTEM_TOKEN"];
/** Variables of the senders' SDKs. */
const isOfSdk = (name: string): boolean => /^(?:OTEL|LANGFUSE|OPENAI)_/.test(name);
/** Endings of files that a path in the text is expected to have. */
const isFile = /\.(ts|tsx|mjs|md|prisma|json|yml|yaml|sql)$/;

/**
 * Lists the paths in a text's code that do not exist. A path may begin in the top folder, in src/ or in the text's own
 * folder.
 */
function missingPaths(file: string): string[] {
  const own = dirname(file).startsWith("src") ? readdirSync(dirname(file), { recursive: true, encoding: "utf8" }) : [];
  const starts = new Set([...readdirSync("."), ...readdirSync("src")]);
  // Whether these files exist depends on the commands that ran before.
  starts.delete("node_modules");
  return inlineCode(file)
    .filter((code) => /^[\w.@-]+(\/[\w.@-]+)*\/?$/.test(code))
    .filter((path) => (path.includes("/") && starts.has(path.split("/")[0]!)) || (isFile.test(path) && path !== "file"))
    .filter((path) => !["", "src", dirname(file)].some((folder) => existsSync(join(folder, path))))
    .filter((path) => !own.some((below) => below.endsWith(`/${path}`)));
}

describe("README and docs", () => {
  it("name only commands that package.json has", () => {
    const wrong = files.flatMap((file) =>
      [...read(file).matchAll(/\bnpm run ([a-z][\w:-]*)/g)]
        .map(([, name]) => name!)
        .filter((name) => !(name in scripts))
        .map((name) => `${file}: npm run ${name}`),
    );
    expect(wrong).toEqual([]);
  });

  it("name only variables that the program reads", () => {
    const wrong = files.flatMap((file) =>
      codeOf(file)
        .flatMap((code) => code.match(/\b[A-Z][A-Z0-9]*(_[A-Z0-9]+)+\b/g) ?? [])
        .filter((name) => !environmentVariableNames.includes(name) && !otherNames.includes(name) && !isOfSdk(name))
        .map((name) => `${file}: ${name}`),
    );
    expect(wrong).toEqual([]);
    const code = files.flatMap(codeOf).join("\n");
    expect(otherNames.filter((name) => !code.includes(name))).toEqual([]);
  });

  /** Each variable of .env.example: its value and the comment above it. */
  const readExamples = () =>
    [...read(".env.example").matchAll(/^((?:# .*\n)*)#([A-Z][A-Z0-9_]*)=(.*)$/gm)].map(
      ([, comment = "", name = "", value = ""]) => ({ name, value, comment: comment.replace(/\n?# /g, " ").trim() }),
    );

  it("explain every variable in .env.example, each with a comment of its own", () => {
    const examples = readExamples();
    expect(examples.map(({ name }) => name).sort()).toEqual([...environmentVariableNames].sort());
    expect(examples.filter(({ comment }) => comment === "").map(({ name }) => name)).toEqual([]);
  });

  it("name the defaults that variables have: one that is set to its default changes nothing", () => {
    // Variables that matter only together with one of these count too.
    const others = {
      OIDC_ISSUER: "https://login.example.com",
      OIDC_CLIENT_ID: "one",
      OTEL_EXPORTER_OTLP_ENDPOINT: "http://localhost:4318",
    };
    const withDefaults = readExamples().filter(({ comment, value }) => comment.endsWith(` Default: ${value}`));
    expect(withDefaults.length).toBeGreaterThan(20);
    const wrong = withDefaults.filter(
      ({ name, value }) => !isDeepStrictEqual(parseEnv({ ...others, [name]: value }), parseEnv(others)),
    );
    expect(wrong.map(({ name, value }) => `${name}=${value}`)).toEqual([]);
  });

  it("link only to files that exist", () => {
    const wrong = files.flatMap((file) =>
      [...read(file).matchAll(/\]\(([^)\s]+)\)/g)]
        .map(([, target]) => target!.split("#")[0]!)
        .filter((target) => target !== "" && !/^[a-z]+:/.test(target))
        .filter((target) => !existsSync(join(dirname(file), target)))
        .map((target) => `${file}: ${target}`),
    );
    expect(wrong).toEqual([]);
  });

  it("name only paths that exist", () => {
    expect(files.flatMap((file) => missingPaths(file).map((path) => `${file}: ${path}`))).toEqual([]);
  });

  it("name every page of docs/ in the README, which has at most 120 lines", () => {
    const readme = read("README.md");
    expect(readme.trimEnd().split("\n").length).toBeLessThanOrEqual(120);
    const pages = readdirSync("docs").filter((name) => name.endsWith(".md"));
    expect(pages.filter((name) => !readme.includes(`(docs/${name})`))).toEqual([]);
  });

  it("lead to a place for each question of the README's table", () => {
    const table = read("README.md").split("## Where do I look?")[1]!.split("\n\n")[1]!;
    const places = table
      .split("\n")
      .slice(2)
      .flatMap((row) => row.split("|")[2]!.match(/`([^`]+)`/g) ?? [])
      .map((code) => code.slice(1, -1))
      .filter((code) => !code.includes(" ") && !code.includes("("));
    expect(places.length).toBeGreaterThan(15);
    expect(places.filter((place) => !existsSync(join("src", place)))).toEqual([]);
  });

  it("tell every command of package.json but the parts of others", () => {
    const text = files.map(read).join("\n");
    const isPart = (name: string): boolean => ["lint", "typecheck", "start", "test"].includes(name);
    const untold = Object.keys(scripts).filter((name) => !isPart(name) && !text.includes(`npm run ${name}`));
    expect(untold).toEqual([]);
  });

  it("name every action type in the glossary", () => {
    const glossary = read("docs/glossary.md");
    const unnamed = listActionTypes().filter(({ name }) => !glossary.includes(`\`${name}\``));
    expect(unnamed.map(({ name }) => name)).toEqual([]);
  });

  it("show each promise's test", () => {
    const promises = read("docs/guarantees.md")
      .split("\n")
      .filter((line) => line.startsWith("| ") && !/^\| (---|promise|command|\||`npm)/.test(line));
    const without = promises.filter((line) => !/`[\w/.-]+\.(test|spec)\.ts`/.test(line));
    expect(promises.length).toBeGreaterThan(50);
    expect(without).toEqual([]);
  });
});
