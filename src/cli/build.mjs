import "./prepare/node-version.mjs";
import { ensureBuild } from "./prepare/build.mjs";
import { ensureDependencies } from "./prepare/dependencies.mjs";
import { ensurePrismaClient } from "./prepare/prisma-client.mjs";
import { runCommandBody, enterProjectRoot } from "./prepare/steps.mjs";

/* `npm run build`: prepares everything for a start, without starting. The Dockerfile runs it. */
await runCommandBody(async () => {
  enterProjectRoot();
  await ensureDependencies();
  await ensurePrismaClient();
  await ensureBuild();
});
