import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { parseEnv, environmentVariableNames } from "@/env";

type Service = {
  image?: string;
  build?: { context: string; dockerfile: string };
  environment?: Record<string, string>;
  volumes?: string[];
  depends_on?: Record<string, unknown>;
  network_mode?: string;
};
type Step = { uses?: string; run?: string; env?: Record<string, string> };

const package_ = JSON.parse(readFileSync("package.json", "utf8")) as {
  version: string;
  license: string;
  scripts: Record<string, string>;
};
const read = (file: string): string => readFileSync(file, "utf8");
const yaml = (file: string): unknown => parse(read(file));
const commands = (text: string): string[] =>
  [...text.matchAll(/\bnpm run (?:--silent )?([\w:-]+)/g)].map(([, name]) => name!);

describe("deploy/Dockerfile", () => {
  const text = read("deploy/Dockerfile");
  /** Instructions, each on one line. */
  const lines = text
    .replaceAll("\\\n", " ")
    .split("\n")
    .filter((line) => /^[A-Z]/.test(line));
  const last = (instruction: string): string => lines.filter((line) => line.startsWith(`${instruction} `)).at(-1) ?? "";

  it("builds in one stage and runs in another, as a user without rights, with a health check", () => {
    expect(lines.filter((line) => line.startsWith("FROM "))).toHaveLength(2);
    expect(last("COPY")).toContain("--from=build");
    expect(last("USER")).toBe("USER node");
    expect(last("HEALTHCHECK")).toContain("/api/health");
    expect(lines.join("\n")).toContain("npm run --silent sbom > sbom.json");
  });

  it("sets only variables that the program reads, and listens on every address", () => {
    const own = lines
      .filter((line) => line.startsWith("ENV "))
      .flatMap((line) => [...line.matchAll(/([A-Z_]+)=(\S+)/g)])
      .map(([, name, value]) => [name!, value!] as const)
      .filter(([name]) => name !== "NODE_ENV" && name !== "NEXT_TELEMETRY_DISABLED");
    expect(own.filter(([name]) => !environmentVariableNames.includes(name))).toEqual([]);
    expect(parseEnv(Object.fromEntries(own))).toMatchObject({ ok: true, env: { listenOn: ["0.0.0.0"], port: 3000 } });
  });

  it("copies and runs what exists, on a Node that the tests run on", () => {
    const command = JSON.parse(last("CMD").slice("CMD ".length)) as string[];
    expect(existsSync(command[1]!)).toBe(true);
    expect(commands(text).filter((name) => !(name in package_.scripts))).toEqual([]);
    const [, version] = /FROM node:(\d+)/.exec(text)!;
    expect(version).toBe(read(".nvmrc").trim());
  });

  it("leaves out of the image what a build makes and what is secret", () => {
    const ignored = read(".dockerignore").split("\n");
    for (const name of [".env", ".data", ".git", "node_modules", ".next", "src/generated"])
      expect(ignored).toContain(name);
  });
});

describe("deploy/compose.yml", () => {
  const file = yaml("deploy/compose.yml") as {
    services: Record<string, Service>;
    volumes: Record<string, unknown>;
    configs: Record<string, unknown>;
  };
  const { app, inngest, postgres, redis } = file.services;
  /** Replaces variables as compose does: by their default, or by some value where they must be set. */
  const filled = (text: string): string =>
    text.replace(
      /\$\{(\w+)(?::-([^}]*)|:\?[^}]*)?\}/g,
      (_, name: string, fallback?: string) => fallback ?? name.repeat(3),
    );

  it("runs the program with PostgreSQL, Inngest and Redis", () => {
    expect(Object.keys(file.services).sort()).toEqual(["app", "inngest", "postgres", "redis"]);
    expect(existsSync(join("deploy", app!.build!.context, app!.build!.dockerfile))).toBe(true);
    expect([inngest!.image, postgres!.image, redis!.image].every((image) => image?.includes(":"))).toBe(true);
    expect(inngest!.network_mode).toBe("service:app");
  });

  it("gives the program an environment that it accepts, and nothing else", () => {
    const given = app!.environment!;
    expect(Object.keys(given).filter((name) => !environmentVariableNames.includes(name))).toEqual([]);
    const env = Object.fromEntries(Object.entries(given).map(([name, value]) => [name, filled(value)]));
    expect(parseEnv(env)).toMatchObject({
      ok: true,
      env: { listenOn: ["0.0.0.0"], databaseIsEmbedded: false, inngest: { engine: "inngest", dev: false } },
    });
  });

  it("declares every volume, and every service that another one waits for", () => {
    const named = Object.values(file.services).flatMap(({ volumes = [] }) =>
      volumes.map((volume) => volume.split(":")[0]!),
    );
    expect([...new Set(named)].sort()).toEqual(Object.keys(file.volumes).sort());
    const awaited = Object.values(file.services).flatMap((service) => Object.keys(service.depends_on ?? {}));
    expect(awaited.filter((name) => !(name in file.services))).toEqual([]);
  });
});

describe(".github", () => {
  const workflow = yaml(".github/workflows/ci.yml") as {
    jobs: Record<string, { steps: Step[]; env?: Record<string, string>; strategy?: { matrix: { node: number[] } } }>;
  };
  const steps = Object.values(workflow.jobs).flatMap((job) => job.steps);

  it("has files that parse", () => {
    const files = readdirSync(".github", { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(".yml"));
    expect(files.length).toBeGreaterThan(3);
    for (const path of files) expect(yaml(join(".github", path))).toBeTypeOf("object");
  });

  it("tests on every Node that is promised, and the engine's functions on an Inngest dev server", () => {
    expect(workflow.jobs.test!.strategy!.matrix.node).toEqual([20, 22, 24]);
    expect(workflow.jobs.test!.steps.some(({ run }) => run === "npm test")).toBe(true);
    const suite = workflow.jobs.conformance!.steps.find(({ run }) => run?.includes("vitest"));
    const [folder] = suite!.run!.match(/src\/\S+/) ?? [];
    expect(existsSync(folder!)).toBe(true);
    expect(suite!.env).toEqual({ INNGEST_BASE_URL: "http://127.0.0.1:8288" });
  });

  it("runs only commands of package.json, and names only variables of the program", () => {
    const run = steps.map((step) => step.run ?? "").join("\n");
    expect(commands(run).filter((name) => !(name in package_.scripts))).toEqual([]);
    const names = [...Object.values(workflow.jobs), ...steps].flatMap(({ env = {} }) => Object.keys(env));
    expect(names.filter((name) => !environmentVariableNames.includes(name) && name !== "POSTGRES_PASSWORD")).toEqual(
      [],
    );
  });
});

it("the version of package.json is the newest released one of CHANGELOG.md, and its licence is LICENSE", () => {
  expect(/^## (\d\S*)/m.exec(read("CHANGELOG.md"))![1]).toBe(package_.version);
  expect(read("LICENSE")).toContain(`${package_.license} License`);
});
