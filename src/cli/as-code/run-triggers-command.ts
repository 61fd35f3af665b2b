import { existsSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { parseArgs } from "node:util";
import type { AppliedConfiguration } from "@/server/services/as-code/apply-configuration";
import type { ConfigurationPlan } from "@/server/services/as-code/plan-configuration";
import type { PulledConfiguration } from "@/server/services/as-code/pull-configuration";
import { ApiRefusalError, callApi, type ApiTarget } from "./call-api";
import { describePlan } from "./describe-plan";
import { PROJECT_FILE, readProjectFolder, type ProjectFolder } from "./read-project-folder";
import { formatTriggerTestReport, formatJunitReport, runTestsOfFolder } from "./run-tests-of-folder";
import { makePathRedactor, writeTestsFromObservations } from "./write-tests-from-observations";
import { writePulledFiles, writePulledVersions } from "./write-pulled-files";

const USAGE = `trigger-system <command> [folder]        (folder: the current one by default)

  pull       writes the triggers and actions of a project into files
  validate   checks the files, without a server
  test       runs the tests in tests/, without a server
  plan       shows what apply would change, and its effect on the last 24 hours
  apply      makes the project as the files say, all of it or nothing

  --project <id>, --url <address>   the project; default: those in project.yaml
  --json               prints the result as JSON
  --junit <file>       test: also writes JUnit XML
  --detailed-exitcode  plan: exits with 2 if there is something to change
  --prune              plan, apply: deletes what the files do not have
  --force              apply: overwrites what was changed outside the files
  --sample <n>         pull: also writes tests/sample.yaml from the latest observations
  --redact <paths>     pull --sample: replaces the values at these paths, such as input,output,metadata.user

  TRIGGER_SYSTEM_TOKEN   an API token; read is enough for pull and plan, apply needs write
  Exit codes: 0 done · 1 something failed · 2 plan --detailed-exitcode found changes`;

/** The parts of the process that the command uses (environment, output, network), which tests replace. */
export type CommandDependencies = {
  env: Record<string, string | undefined>;
  print: (text: string) => void;
  send: typeof fetch;
  /** Resolves a path that the caller gave. */
  resolvePath: (path: string) => string;
};

type Options = {
  project?: string;
  url?: string;
  json?: boolean;
  junit?: string;
  "detailed-exitcode"?: boolean;
  prune?: boolean;
  force?: boolean;
  sample?: string;
  redact?: string;
};
type Run = { folder: string; options: Options; around: CommandDependencies };

const commands = { pull, validate, test, plan, apply };

/**
 * Runs one command of `npm run triggers`.
 * @returns the exit code
 */
export async function runTriggersCommand(args: string[], around: CommandDependencies): Promise<number> {
  const flag = { type: "boolean" } as const;
  const text = { type: "string" } as const;
  let parsed;
  try {
    parsed = parseArgs({
      args,
      allowPositionals: true,
      options: {
        project: text,
        url: text,
        json: flag,
        junit: text,
        "detailed-exitcode": flag,
        prune: flag,
        force: flag,
        sample: text,
        redact: text,
        help: flag,
      },
    });
  } catch (error) {
    around.print(`${(error as Error).message}\n\n${USAGE}`);
    return 1;
  }
  const [name = "", path = ".", ...others] = parsed.positionals;
  const command = Object.hasOwn(commands, name) ? commands[name as keyof typeof commands] : null;
  if (!command || others.length > 0 || parsed.values.help) {
    around.print(USAGE);
    return parsed.values.help ? 0 : 1;
  }
  try {
    return await command({ folder: around.resolvePath(path), options: parsed.values, around });
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const fields = error instanceof ApiRefusalError ? error.fields : {};
    const problems = Object.entries(fields).map(([place, message]) => `  ${place}: ${message}`);
    if (parsed.values.json) around.print(JSON.stringify({ error: error.message, fields }, null, 2));
    else around.print([error.message, ...problems].join("\n"));
    return 1;
  }
}

function targetOf({ options, around }: Run, { project }: Pick<ProjectFolder, "project">): ApiTarget {
  const url = options.url ?? project.url ?? "http://localhost:3000";
  const projectId = options.project ?? project.project;
  const token = around.env.TRIGGER_SYSTEM_TOKEN;
  if (!projectId) throw new Error("Name the project: --project prj_…, or `project:` in project.yaml.");
  if (!token) throw new Error("Set TRIGGER_SYSTEM_TOKEN to an API token. The settings of the project make one.");
  return { url, projectId, token, send: around.send };
}

/**
 * Reads the project's folder.
 * @throws Error that lists all problems of its files
 */
async function readSound(folder: string): Promise<ProjectFolder> {
  const found = await readProjectFolder(folder);
  if (found.problems.length === 0) return found;
  throw new Error(found.problems.join("\n"));
}

async function pull(run: Run): Promise<number> {
  const { folder, options, around } = run;
  const { project } = existsSync(join(folder, PROJECT_FILE)) ? await readProjectFolder(folder) : { project: {} };
  const target = targetOf(run, { project });
  const configuration = await callApi<PulledConfiguration>(target, "/configuration");
  const done = writePulledFiles(folder, { project: target.projectId, url: target.url }, configuration);
  const lines = [
    `Wrote ${done.written.length} files into ${relative(process.cwd(), folder) || "."}.`,
    ...done.removed.map((path) => `Removed ${path}: the project does not have it any more.`),
    ...done.leftAlone.map((path) => `Left ${path} alone: TypeScript is yours to change.`),
  ];
  if (options.sample !== undefined) {
    const path = join("tests", "sample.yaml");
    const count = await writeTestsFromObservations(target, join(folder, path), {
      limit: Number(options.sample),
      triggers: configuration,
      redact: makePathRedactor(options.redact?.split(",") ?? []),
    });
    lines.push(`Wrote ${count} observations into ${path}.`);
  }
  around.print(options.json ? JSON.stringify(done, null, 2) : lines.join("\n"));
  return 0;
}

async function validate({ folder, options, around }: Run): Promise<number> {
  const { problems, files, tests } = await readProjectFolder(folder);
  const [triggers, actions] = [Object.keys(files.triggers).length, Object.keys(files.actions).length];
  const sound = `${triggers} triggers, ${actions} actions and ${tests.length} files of tests are sound.`;
  if (options.json) around.print(JSON.stringify({ problems, triggers, actions, tests: tests.length }, null, 2));
  else around.print(problems.length > 0 ? problems.join("\n") : sound);
  return problems.length > 0 ? 1 : 0;
}

async function test({ folder, options, around }: Run): Promise<number> {
  const report = runTestsOfFolder(await readSound(folder));
  if (options.junit !== undefined) writeFileSync(around.resolvePath(options.junit), formatJunitReport(report));
  around.print(options.json ? JSON.stringify(report, null, 2) : formatTriggerTestReport(report));
  return report.failed > 0 ? 1 : 0;
}

async function plan(run: Run): Promise<number> {
  const { folder, options, around } = run;
  const found = await readSound(folder);
  const { files, pulled } = found;
  const body = { files, pulled, prune: options.prune ?? false };
  const planned = await callApi<ConfigurationPlan>(targetOf(run, found), "/configuration/plan", body);
  around.print(options.json ? JSON.stringify(planned, null, 2) : describePlan(planned));
  return options["detailed-exitcode"] && planned.hasChanges ? 2 : 0;
}

async function apply(run: Run): Promise<number> {
  const { folder, options, around } = run;
  const found = await readSound(folder);
  const { files, pulled } = found;
  const body = { files, pulled, prune: options.prune ?? false, force: options.force ?? false };
  const { configuration, ...applied } = await callApi<AppliedConfiguration>(
    targetOf(run, found),
    "/configuration/apply",
    body,
  );
  writePulledVersions(folder, configuration.pulled);
  const { created, updated, deleted, signingSecrets } = applied;
  const secrets = Object.entries(signingSecrets).map(([key, secret]) => `  ${key}: ${secret}`);
  const lines = [
    `Created ${created}, changed ${updated}, deleted ${deleted}.`,
    ...(secrets.length > 0 ? ["Signing secrets of new actions, shown this once:", ...secrets] : []),
  ];
  around.print(options.json ? JSON.stringify(applied, null, 2) : lines.join("\n"));
  return 0;
}
