import "./prepare/node-version.mjs";
import { ensureDependencies } from "./prepare/dependencies.mjs";
import { readEnvironment } from "./prepare/environment.mjs";
import { followLauncher } from "./prepare/launcher.mjs";
import { requireFreePort } from "./prepare/port.mjs";
import { prepareProgram } from "./prepare/prepare.mjs";
import { ensurePrismaClient } from "./prepare/prisma-client.mjs";
import { recordProgram } from "./prepare/programs.mjs";
import { runCommandBody, enterProjectRoot } from "./prepare/steps.mjs";

/*
 * `npm start`, and with --dev `npm run dev`. It needs only Node and npm. It installs, generates and builds the missing
 * parts, and then loads the program, which is TypeScript.
 */
await runCommandBody(async () => {
  followLauncher();
  const dev = process.argv.includes("--dev");
  const shell = { ...process.env };
  enterProjectRoot();
  await requireFreePort();
  await ensureDependencies();
  const env = await readEnvironment();
  recordProgram({ port: env.port });
  if (dev) {
    await ensurePrismaClient();
    recordProgram({ runsFrom: ["dependencies", "client"] });
  }
  const version = dev ? undefined : await prepareProgram();

  process.env.NODE_ENV = dev ? "development" : "production";
  const { runParentProcess } = await import("./serve.ts");
  await runParentProcess({ dev, env, shell, version });
});
