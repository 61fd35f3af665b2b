import "./prepare/node-version.mjs";
import { ensureDependencies } from "./prepare/dependencies.mjs";
import { runCommandBody, enterProjectRoot, runNodeScript } from "./prepare/steps.mjs";

/* `npm run format`: formats all of the source. */
await runCommandBody(async () => {
  enterProjectRoot();
  await ensureDependencies({ tools: true });
  await runNodeScript("node_modules/prettier/bin/prettier.cjs", ["--write", "--log-level=warn", "."], { show: true });
});
