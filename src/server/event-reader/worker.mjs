import { loadThread } from "../compute/load-thread.mjs";

await loadThread("src/server/event-reader/thread.ts");
