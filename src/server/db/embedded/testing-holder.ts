import { startEmbeddedPostgres } from "../embedded";

/** A process that has the PostgreSQL of a data folder, to be killed: `testing-holder.ts <data folder>`. */
await startEmbeddedPostgres({ dataDir: process.argv[2]!, servePort: 4711 });
process.send!("running");
// The parent is gone: a process that nobody waits for must not stay.
process.on("disconnect", () => process.exit(0));
