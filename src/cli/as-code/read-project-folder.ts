import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, extname, join, relative, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { LineCounter } from "yaml";
import { z } from "zod";
import {
  ActionFile,
  readFilterOfFile,
  readShadowOfFile,
  TriggerFile,
  type ProjectFiles,
} from "@/domain/as-code/configuration-files";
import { TriggerTestFile } from "@/domain/as-code/trigger-tests";
import { decodeStrictUtf8 } from "@/domain/json/decode-utf8";
import { ConfigurationKey } from "@/domain/trigger";
import { PulledVersions } from "@/domain/as-code/pulled-versions";
import { readYaml, readYamlDocumentValue } from "./yaml-numbers";

/** The files of a project: its URL, triggers, actions and tests, and the versions of the last pull. */
export type ProjectFolder = {
  project: ProjectFile;
  files: ProjectFiles;
  tests: { path: string; file: z.output<typeof TriggerTestFile> }[];
  pulled: PulledVersions;
  /** The problems of the files. Each line begins with the path of a file. */
  problems: string[];
};

export const ProjectFile = z.strictObject({
  /** the id of the project */
  project: z.string().optional(),
  /** The URL of the installation that the project belongs to. */
  url: z.url().optional(),
});
export type ProjectFile = z.output<typeof ProjectFile>;

export const PROJECT_FILE = "project.yaml";
export const PULLED_VERSIONS_FILE = "pulled.json";

const READ = /\.(ya?ml|json|ts)$/;

/**
 * Reads the folder of a project, and lists the problems of its files. A file that does not fit its schema is left out.
 * @throws Error if the folder holds no files of a project. Without them `apply --prune` would delete all triggers
 */
export async function readProjectFolder(folder: string): Promise<ProjectFolder> {
  if (![PROJECT_FILE, "triggers", "actions", "tests"].some((name) => existsSync(join(folder, name))))
    throw new Error(
      `${resolve(folder)} has no ${PROJECT_FILE} and no folder triggers/, actions/ or tests/. ` +
        "Name the folder that pull has written.",
    );
  const problems: string[] = [];
  const read = async <Schema extends z.ZodType>(path: string, schema: Schema): Promise<z.output<Schema> | null> => {
    const found = await readFile(path, schema);
    if ("value" in found) return found.value;
    problems.push(...found.problems.map((problem) => `${relative(process.cwd(), path)}${problem}`));
    return null;
  };
  const byKey = async <Schema extends z.ZodType>(name: string, schema: Schema) => {
    const found: Record<string, z.output<Schema>> = {};
    problems.push(...foldersWithUnreadFiles(join(folder, name)));
    for (const path of filesIn(join(folder, name))) {
      const key = basename(path, extname(path));
      const place = relative(process.cwd(), path);
      const problem = ConfigurationKey.safeParse(key).error?.issues[0]?.message;
      if (problem) problems.push(`${place}: The name of the file is the key. ${problem}`);
      else if (found[key]) problems.push(`${place}: Another file has the key ${key} too. Rename one of them.`);
      else {
        const value = await read(path, schema);
        if (value !== null) found[key] = value;
      }
    }
    return found;
  };
  const [triggers, actions] = [await byKey("triggers", TriggerFile), await byKey("actions", ActionFile)];
  for (const [key, file] of Object.entries(triggers)) problems.push(...triggerProblems(file, { folder, key, actions }));
  const tests: ProjectFolder["tests"] = [];
  for (const path of filesIn(join(folder, "tests"))) {
    const file = await read(path, TriggerTestFile);
    if (file) tests.push({ path: relative(process.cwd(), path), file });
  }
  const optional = async <Schema extends z.ZodType>(name: string, schema: Schema, empty: z.output<Schema>) =>
    existsSync(join(folder, name)) ? ((await read(join(folder, name), schema)) ?? empty) : empty;
  return {
    project: await optional(PROJECT_FILE, ProjectFile, {}),
    pulled: await optional(PULLED_VERSIONS_FILE, PulledVersions, { triggers: {}, actions: {} }),
    files: { triggers, actions },
    tests,
    problems,
  };
}

/** Lists the YAML, JSON and TypeScript files of a folder, sorted by name. */
function filesIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => !entry.isDirectory() && READ.test(entry.name) && !entry.name.endsWith(".d.ts"))
    .map(({ name }) => join(folder, name))
    .sort();
}

/** Lists the folders inside a folder that hold YAML or JSON. Their files are not read, so a person must move them. */
function foldersWithUnreadFiles(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && filesIn(join(folder, entry.name)).some((path) => !path.endsWith(".ts")))
    .map(({ name }) => `${relative(process.cwd(), join(folder, name))}: Files in here are not read. Move them up.`);
}

/**
 * Checks what the schema of a file cannot check: the filters of trigger and shadow, and that each named action exists.
 */
function triggerProblems(
  file: z.output<typeof TriggerFile>,
  { folder, key, actions }: { folder: string; key: string; actions: ProjectFiles["actions"] },
): string[] {
  const place = relative(process.cwd(), join(folder, "triggers", key));
  const unknown = file.actions.filter((action) => !actions[action]);
  return [
    ...[...(readFilterOfFile(file).problems ?? []), ...readShadowOfFile(file).problems].map(
      (problem) => `${place}: ${problem.place}: ${problem.message}`,
    ),
    ...unknown.map((action) => `${place}: actions: There is no file actions/${action}.yaml.`),
  ];
}

type Read<Value> = { value: Value } | { problems: string[] };

/** Reads and checks a file. A file that cannot be read at all is a problem too. */
async function readFile<Schema extends z.ZodType>(path: string, schema: Schema): Promise<Read<z.output<Schema>>> {
  return parseFile(path, schema).catch((error: unknown) => ({
    problems: [`: It cannot be read: ${(error as Error).message.split("\n")[0]}`],
  }));
}

async function parseFile<Schema extends z.ZodType>(path: string, schema: Schema): Promise<Read<z.output<Schema>>> {
  if (extname(path) === ".ts") {
    const loaded = await importTypescript(path);
    if (!loaded) return { problems: [": This Node reads no TypeScript. Use Node 22.18 or newer, or YAML."] };
    const parsed = schema.safeParse(loaded.default);
    if (parsed.success) return { value: parsed.data };
    return { problems: parsed.error.issues.map((issue) => `: ${sentence(issue)}`) };
  }
  const lines = new LineCounter();
  const text = decodeStrictUtf8(readFileSync(path));
  if (text === null) return { problems: [": The file is not UTF-8. Save it as UTF-8."] };
  const document = readYaml(text, lines);
  const placeOf = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `:${line}:${col}`;
  };
  if (document.errors.length > 0)
    return { problems: document.errors.map(({ pos, message }) => `${placeOf(pos[0])}: ${message.split("\n")[0]}`) };
  const parsed = schema.safeParse(readYamlDocumentValue(document));
  if (parsed.success) return { value: parsed.data };
  return {
    problems: parsed.error.issues.map((issue) => {
      const node = document.getIn(issue.path, true) ?? document.getIn(issue.path.slice(0, -1), true);
      const range = (node as { range?: [number, number, number] } | undefined)?.range;
      return `${placeOf(range?.[0] ?? 0)}: ${sentence(issue)}`;
    }),
  };
}

/** Imports a TypeScript file. Null if this version of Node cannot; since 22.18 Node strips types itself. */
async function importTypescript(path: string): Promise<{ default?: unknown } | null> {
  try {
    return (await import(pathToFileURL(path).href)) as { default?: unknown };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ERR_UNKNOWN_FILE_EXTENSION") return null;
    throw error;
  }
}

const sentence = ({ path, message }: { path: readonly PropertyKey[]; message: string }): string =>
  path.length === 0 ? message : `${path.join(".")}: ${message}`;
