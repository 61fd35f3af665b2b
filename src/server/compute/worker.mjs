import { loadThread } from "./load-thread.mjs";

await loadThread("src/server/compute/thread.ts");
