import "./prepare/node-version.mjs";
import { ensureDependencies } from "./prepare/dependencies.mjs";
import { readEnvironment } from "./prepare/environment.mjs";
import { followLauncher } from "./prepare/launcher.mjs";
import { checkPort } from "./prepare/port.mjs";
import { prepareProgram } from "./prepare/prepare.mjs";
import { ensurePrismaClient } from "./prepare/prisma-client.mjs";
import { describeProgram } from "./prepare/programs.mjs";
import { command, enterRoot } from "./prepare/steps.mjs";

/*
 * `npm start`, and with --dev `npm run dev`. It needs only Node and npm. It installs, generates and builds the missing
 * parts, and then loads the program, which is TypeScript.
 */
await command(async () => {
  followLauncher();
  const dev = process.argv.includes("--dev");
  const shell = { ...process.env };
  enterRoot();
  await checkPort();
  await ensureDependencies();
  const env = await readEnvironment();
  describeProgram({ port: env.port });
  if (dev) {
    await ensurePrismaClient();
    describeProgram({ runsFrom: ["dependencies", "client"] });
  }
  const version = dev ? undefined : await prepareProgram();

  process.env.NODE_ENV = dev ? "development" : "production";
  const { runParentProcess } = await import("./serve.ts");
  await runParentProcess({ dev, env, shell, version });
});
