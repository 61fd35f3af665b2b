// A thread does not inherit the TypeScript loader of the program, so it registers its own.
import { register } from "tsx/esm/api";

register();
await import("./thread.ts");
