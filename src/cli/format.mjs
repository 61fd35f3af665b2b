import "./prepare/node-version.mjs";
import { ensureDependencies } from "./prepare/dependencies.mjs";
import { command, enterRoot, runNode } from "./prepare/steps.mjs";

/* `npm run format`: formats all of the source. */
await command(async () => {
  enterRoot();
  await ensureDependencies({ tools: true });
  await runNode("node_modules/prettier/bin/prettier.cjs", ["--write", "--log-level=warn", "."], { show: true });
});
