import { readFileSync } from "node:fs";
import { join, relative } from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { below, files, importsOf, parse, programFiles, src, type Import } from "./source-imports";

/** A row of "who may import whom". Folders are below src/; a rule for a folder counts for all that is in it. */
type Row = {
  folder: string;
  /** The row in words, for the message of a failure. */
  rule: string;
  /** the folders and modules that it may import */
  own: readonly string[];
  /** the folders and modules of which it may import types */
  types?: readonly string[];
  /** whether it may import the helpers that lie directly in src/server */
  hasServerHelpers?: boolean;
  /** a condition on both ends of an import, in addition to the lists */
  also?: (to: string, imported: Import) => boolean;
  never?: readonly string[];
  /** which packages the folder may import; `name` is the import as written, with its sub-path */
  packages: (name: string, isType: boolean) => boolean;
};

const LINES_MAX = 400;
/**
 * Tells whether a path is a module directly in src/server, such as server/errors. The two that put the services
 * together (runtime, event-intake) are none of these helpers.
 */
const isServerHelper = (to: string): boolean =>
  /^server\/[^/]+$/.test(to) && !below(to, "server/runtime", "server/event-intake");
const featureOf = (path: string): string => path.split("/").slice(0, 2).join("/");
const none =
  (...names: string[]) =>
  (name: string): boolean =>
    !below(name, ...names) && !names.some((prefix) => prefix.endsWith(":") && name.startsWith(prefix));
/**
 * Packages that a bundle for the browser may have. Of tRPC's server it may import types alone, which the compiler
 * erases.
 */
const inBrowser = (name: string, isType: boolean): boolean =>
  none("pg", "undici", "inngest", "@prisma", "@trpc/server", "node:")(name) || (isType && name === "@trpc/server");

const rows: Row[] = [
  {
    folder: "domain",
    rule: "domain knows zod, re2js, liquidjs, @noble/hashes and itself",
    own: ["domain"],
    packages: (name) => below(name, "zod", "re2js", "liquidjs", "@noble/hashes"),
  },
  {
    folder: "server/engine",
    rule: "the engine knows itself, the platform, Node and packages, nothing else of src",
    own: ["server/engine", "server/platform"],
    packages: none("next", "react", "react-dom", "@prisma", "@trpc"),
  },
  {
    folder: "server/platform",
    rule: "the platform, the floor below engine and services, knows itself, Node and pg",
    own: ["server/platform"],
    packages: (name) => name.startsWith("node:") || name === "pg",
  },
  {
    folder: "server/compute",
    rule: "work for the threads knows the domain and the log",
    own: ["domain", "server/compute"],
    types: ["server/log"],
    packages: (name) => name.startsWith("node:"),
  },
  {
    folder: "server/services",
    rule: "services know the domain, the database, the server's own tools and the events they send; no entry point and no framework",
    own: [
      "domain",
      "server/services",
      "server/db",
      "server/http",
      "server/compute",
      "server/metrics",
      "server/platform",
      "server/inngest/events",
      "generated",
    ],
    types: ["env"],
    hasServerHelpers: true,
    packages: none("next", "react", "react-dom", "inngest", "@trpc"),
  },
  {
    folder: "server/api",
    rule: "the API calls services; it does not read the database or the network",
    own: ["domain", "server/api", "server/services", "server/auth"],
    types: ["env"],
    hasServerHelpers: true,
    packages: none("pg", "undici", "@prisma", "react", "react-dom"),
  },
  {
    folder: "server/rest",
    rule: "the REST API calls services; it does not read the database or the network",
    own: ["domain", "server/rest", "server/api/check-call-input", "server/services"],
    types: ["env"],
    hasServerHelpers: true,
    packages: (name) => name === "zod" || name.startsWith("node:"),
  },
  {
    folder: "server/mcp",
    rule: "the MCP server calls services with the schemas of the REST API",
    own: ["domain", "server/mcp", "server/rest", "server/api/check-call-input", "server/services"],
    types: ["env"],
    hasServerHelpers: true,
    packages: (name) => name === "zod" || name === "@modelcontextprotocol/server" || name.startsWith("node:"),
  },
  {
    folder: "server/inngest",
    rule: "background functions call services; they do not read the database or the network",
    own: ["domain", "server/inngest", "server/services"],
    types: ["env"],
    hasServerHelpers: true,
    packages: none("pg", "undici", "@prisma", "next", "react", "react-dom", "@trpc"),
  },
  {
    folder: "components",
    rule: "components know lib but its API client, each other, UI packages and how JSON is read without losing digits",
    own: ["components", "lib", "domain/json"],
    never: ["lib/trpc"],
    packages: inBrowser,
  },
  {
    folder: "lib",
    rule: "lib knows itself and packages of the interface; its tRPC client also the type of the API",
    own: ["lib"],
    also: (to, { from, isType }) => isType && below(from, "lib/trpc") && to === "server/api/root",
    packages: inBrowser,
  },
  {
    folder: "features",
    rule: "a feature knows components, lib, domain, features/shared and types of the API; no other feature, no page, no value of the server",
    own: ["components", "lib", "domain", "features/shared"],
    types: ["server/api"],
    also: (to, { from }) => below(to, featureOf(from)),
    packages: inBrowser,
  },
  {
    folder: "app",
    rule: "pages compose features; route handlers and app/session reach the server; nobody reads the database",
    own: ["app", "features", "components", "lib"],
    also: (to, { from }) => reachesServer(from) && below(to, "server", "env", "domain"),
    never: ["server/db", "server/engine"],
    packages: none("pg", "undici", "@prisma"),
  },
];

const reachesServer = (from: string): boolean => from === "app/session.ts" || from.endsWith("/route.ts");

const rowOf = (folder: string): Row => rows.find((row) => row.folder === folder)!;
/** Tells whether a row allows an import of a module of ours. */
const isAllowedModule = ({ own, types = [], hasServerHelpers, also, never = [] }: Row, imported: Import): boolean => {
  const to = imported.to.slice("src/".length);
  if (below(to, ...never)) return false;
  return (
    below(to, ...own) ||
    (imported.isType && below(to, ...types)) ||
    (hasServerHelpers === true && isServerHelper(to)) ||
    also?.(to, imported) === true
  );
};
const isAllowed = (row: Row, imported: Import): boolean =>
  imported.to.startsWith("src/") ? isAllowedModule(row, imported) : row.packages(imported.to, imported.isType);
const name = ({ from, to, isType }: Import): string => `${from} imports ${isType ? "type " : ""}${to}`;
const show = (imported: Import, rule: string): string => `${name(imported)}: ${rule}`;

/** Finds the calls of the global fetch in a file, as "file:line". */
function fetchCalls(file: string): string[] {
  const source = parse(file);
  const calls: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && /^(globalThis\.)?fetch$/.test(node.expression.getText(source))) {
      calls.push(`${relative(src, file)}:${source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1}`);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return calls;
}

const all = programFiles().flatMap((file) => importsOf(file));

describe("who may import whom", () => {
  it.each(rows)("$folder keeps to its row of the table", (row) => {
    const mine = all.filter(({ from }) => below(from, row.folder));
    expect(mine.length).toBeGreaterThan(0);
    const forbidden = mine.filter((imported) => !isAllowed(row, imported));
    expect(forbidden.map((imported) => show(imported, row.rule))).toEqual([]);
  });

  it.each(rows)("$folder imports something of each other folder that its row lists", ({ folder, own, types = [] }) => {
    const imported = all.filter(({ from }) => below(from, folder)).map(({ to }) => to.replace(/^src\//, ""));
    const others = [...own, ...types].filter((listed) => listed !== folder);
    expect(others.filter((listed) => !imported.some((to) => below(to, listed)))).toEqual([]);
  });

  it("keeps the HTTP client in server/http", () => {
    const others = all.filter(
      ({ from, to }) => (to === "undici" || to === "node:https") && !below(from, "server/http", "bench", "test"),
    );
    expect(others.map((imported) => show(imported, "only server/http calls out"))).toEqual([]);
  });

  it("lets neither the API, a background function nor a service call fetch", () => {
    const silent = programFiles().filter((file) =>
      below(relative(src, file), "server/api", "server/inngest", "server/services", "domain"),
    );
    expect(silent.flatMap(fetchCalls).map((place) => `${place} calls fetch: only server/http calls out`)).toEqual([]);
  });

  it("needs no devDependency where the program runs: a start does not install them", () => {
    const { dependencies } = JSON.parse(readFileSync("package.json", "utf8")) as { dependencies: object };
    // src/cli/run.mjs installs them before the demo sends with them.
    const demoTools = ["cli/demo-senders.ts"];
    const packageOf = (to: string): string => to.split("/", to.startsWith("@") ? 2 : 1).join("/");
    const missing = all
      .filter(
        ({ from, to, isType }) =>
          !isType && !/^(src\/|node:)/.test(to) && !below(from, "bench", "server/engine/conformance", ...demoTools),
      )
      .filter(({ to }) => !(packageOf(to) in dependencies));
    expect(missing.map((imported) => show(imported, "package.json does not name it in dependencies"))).toEqual([]);
  });

  it.each(["server/compute/thread", "server/event-reader/thread"])(
    "%s loads only packages that it works with: a thread starts while events arrive",
    (entry) => {
      const values = all.filter(({ isType }) => !isType);
      const loaded = new Set([`src/${entry}`]);
      for (const module of loaded)
        for (const { from, to } of values) if (module === `src/${from.replace(/\.ts$/, "")}`) loaded.add(to);
      const packages = [...loaded].filter((module) => !/^(src\/|node:)/.test(module));
      expect(packages.filter((each) => !below(each, "zod", "re2js", "liquidjs", "@noble/hashes"))).toEqual([]);
    },
  );

  it.each([
    ['import "../b";', "a imports src/b"],
    ['import b, { type C } from "@/b";', "a imports src/b"],
    ['import type { B } from "@/b";', "a imports type src/b"],
    ['import { type B, type C } from "@/b";', "a imports type src/b"],
    ['import { type B, c } from "@/b";', "a imports src/b"],
    ['export * from "./b";', "a imports src/features/b"],
    ['export type { B } from "zod";', "a imports type zod"],
    ['const b = () => import("@/b");', "a imports src/b"],
    ['type B = import("@/b").B;', "a imports type src/b"],
  ])("sees what is imported by %s", (text, expected) => {
    expect(importsOf(join(src, "features/a.ts"), text).map(name)).toEqual([expected.replace("a ", "features/a.ts ")]);
  });

  it("tells a forbidden import from an allowed one", () => {
    const may = (from: string, to: string, isType = false): boolean => {
      const row = rowOf(rows.find(({ folder }) => below(from, folder))!.folder);
      return isAllowed(row, { from, to, isType });
    };
    expect(may("features/triggers/list.tsx", "src/features/triggers/row")).toBe(true);
    expect(may("features/triggers/list.tsx", "src/features/actions/row")).toBe(false);
    expect(may("features/triggers/list.tsx", "src/features/shared/versions")).toBe(true);
    expect(may("features/shared/versions-tab.tsx", "src/features/actions/row")).toBe(false);
    expect(may("components/time.tsx", "src/lib/trpc/client")).toBe(false);
    expect(may("features/triggers/list.tsx", "src/server/api/root", true)).toBe(true);
    expect(may("features/triggers/list.tsx", "src/server/api/root")).toBe(false);
    expect(may("server/services/sweep.ts", "src/server/errors")).toBe(true);
    expect(may("server/services/sweep.ts", "src/server/runtime")).toBe(false);
    expect(may("server/services/sweep.ts", "src/server/inngest/events")).toBe(true);
    expect(may("server/services/sweep.ts", "src/server/inngest/client")).toBe(false);
    expect(may("server/services/sweep.ts", "inngest/next")).toBe(false);
    expect(may("lib/format-time.ts", "node:fs")).toBe(false);
    expect(may("app/api/health/route.ts", "src/server/runtime")).toBe(true);
    expect(may("app/page.tsx", "src/server/runtime")).toBe(false);
  });
});

describe("how a file looks", () => {
  it("has no barrels: no file that only passes on what others export", () => {
    const isBarrel = (file: string): boolean =>
      parse(file).statements.every(
        (statement) => ts.isExportDeclaration(statement) && statement.moduleSpecifier !== undefined,
      );
    expect(
      programFiles()
        .filter(isBarrel)
        .map((file) => `${relative(src, file)}: only exports what others made`),
    ).toEqual([]);
  });

  it("is named in kebab-case; only the router of pages has its own signs, and a README its capitals", () => {
    const isKebab = (path: string): boolean =>
      path
        .split("/")
        .every(
          (part) =>
            /^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+)*$/.test(part) ||
            part === "README.md" ||
            (below(path, "app") && /^[[(].*[\])]$/.test(part)),
        );
    const paths = files().map((file) => relative(src, file));
    expect(paths.filter((path) => !isKebab(path)).map((path) => `${path}: not kebab-case`)).toEqual([]);
  });

  it(`has no more than ${LINES_MAX} lines`, () => {
    const lines = (file: string): number => readFileSync(file, "utf8").trimEnd().split("\n").length;
    const long = programFiles().filter((file) => lines(file) > LINES_MAX);
    expect(long.map((file) => `${relative(src, file)}: ${lines(file)} lines, ${LINES_MAX} are the most`)).toEqual([]);
  });
});

describe("services", () => {
  /** The files whose functions services call to check a permission. */
  const guards = ["server/services/access.ts", "server/services/installation.ts"];
  const kebab = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  /** Names of a file's exported functions that check a permission: the verbs that the API may call. */
  const verbsOf = (file: string): string[] => {
    const source = parse(file);
    return source.statements.flatMap((statement) => {
      if (!ts.isFunctionDeclaration(statement) || !statement.name) return [];
      const isExported = statement.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) === true;
      const text = source.text.slice(statement.pos, statement.end);
      return isExported && /\b(requirePermission|requireInstallationAdmin)\(/.test(text) ? [statement.name.text] : [];
    });
  };

  it("have one public verb a file, and the file has its name", () => {
    const files = programFiles()
      .map((file) => ({ path: relative(src, file), verbs: verbsOf(file) }))
      .filter(({ path, verbs }) => below(path, "server/services") && !guards.includes(path) && verbs.length > 0);
    expect(files.length).toBeGreaterThan(50);
    const wrong = files.filter(({ path, verbs }) => !path.endsWith(`/${verbs.map(kebab).join(" and ")}.ts`));
    expect(wrong.map(({ path, verbs }) => `${path}: ${verbs.join(", ")}`)).toEqual([]);
  });
});

describe("action types", () => {
  /** The text literals of a file. Literals in types are left out, such as the names of environment variables. */
  const literalsOf = (file: string): string[] => {
    const found: string[] = [];
    const visit = (node: ts.Node): void => {
      if (ts.isTypeNode(node)) return;
      if (ts.isStringLiteralLike(node)) found.push(node.text);
      ts.forEachChild(node, visit);
    };
    visit(parse(file));
    return found;
  };

  it("are named in their own folders alone, and as a word that people search for in the command menu", () => {
    const named = programFiles()
      .map((file) => ({ path: relative(src, file), file }))
      .filter(({ path }) => !below(path, "domain/action/webhook", "features/command-menu", "bench"))
      .filter(({ file }) => literalsOf(file).includes("webhook"));
    expect(named.map(({ path }) => `${path}: ask the registry of action types`)).toEqual([]);
  });
});

describe("names", () => {
  it("are full where a type crosses files", () => {
    const vague = new Set(["Row", "Verdict", "Owner", "Place", "Seen", "Refusal", "Subject", "Snapshot"]);
    const exported = programFiles().flatMap((file) =>
      parse(file)
        .statements.filter((statement) => ts.isTypeAliasDeclaration(statement) || ts.isInterfaceDeclaration(statement))
        .filter((statement) => statement.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword))
        .filter((statement) => vague.has(statement.name.text))
        .map((statement) => `${relative(src, file)}: ${statement.name.text} says too little outside its file`),
    );
    expect(exported).toEqual([]);
  });

  it("has one order of the first parameters of a function: ctx, then tx, then its input", () => {
    const wrong: string[] = [];
    for (const file of programFiles()) {
      const source = parse(file);
      const visit = (node: ts.Node, parent: ts.Node): void => {
        // The caller of a callback sets its parameters.
        if (ts.isFunctionLike(node) && !ts.isCallExpression(parent)) {
          const names = node.parameters.map(({ name }) => name.getText(source));
          const [ctx, tx] = [names.indexOf("ctx"), names.indexOf("tx")];
          // A parameter that is a context may be destructured in the parameter list.
          const hasContext = ctx === 0 || names[0] === "base" || names[0]?.startsWith("{") === true;
          if (ctx > 0 || tx > (hasContext ? 1 : 0)) {
            const line = source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1;
            wrong.push(`${relative(src, file)}:${line}: (${names.join(", ")})`);
          }
        }
        ts.forEachChild(node, (child) => visit(child, node));
      };
      visit(source, source);
    }
    expect(wrong).toEqual([]);
  });
});
