import "./prepare/node-version.mjs";
import { ensureDependencies } from "./prepare/dependencies.mjs";
import { readEnvironment } from "./prepare/environment.mjs";
import { ensurePrismaClient } from "./prepare/prisma-client.mjs";
import { runCommandBody, enterProjectRoot } from "./prepare/steps.mjs";

/**
 * Runs a command that is written in TypeScript: `node src/cli/run.mjs [--tools] <file, relative to this folder>
 * [arguments]`. With --tools it needs the devDependencies. So does the demo's option --langfuse.
 */
await runCommandBody(async () => {
  const tools = process.argv[2] === "--tools";
  const [name, ...rest] = process.argv.slice(tools ? 3 : 2);
  process.argv.splice(1, process.argv.length, name, ...rest);
  enterProjectRoot();
  const needsTools = tools || rest.includes("--langfuse");
  await ensureDependencies({ tools: needsTools });
  await readEnvironment();
  await ensurePrismaClient();
  await import(`./${name}.ts`);
});
