import "./prepare/node-version.mjs";
import { ensureBuild } from "./prepare/build.mjs";
import { ensureDependencies } from "./prepare/dependencies.mjs";
import { ensurePrismaClient } from "./prepare/prisma-client.mjs";
import { command, enterRoot } from "./prepare/steps.mjs";

/* `npm run build`: everything that a start prepares, without starting. A container image is made with it. */
await command(async () => {
  enterRoot();
  await ensureDependencies();
  await ensurePrismaClient();
  await ensureBuild();
});
