import { startEmbeddedPostgres } from "../embedded";

/**
 * A process that a test kills while it holds the PostgreSQL server of a data folder: `testing-holder.ts <data folder>`.
 */
await startEmbeddedPostgres({ dataDir: process.argv[2]!, servePort: 4711 });
process.send!("running");
// The parent process has ended. Without it nobody would end this process.
process.on("disconnect", () => process.exit(0));
