// A thread does not take over how the program reads TypeScript: it says so itself.
import { register } from "tsx/esm/api";

register();
await import("./thread.ts");
