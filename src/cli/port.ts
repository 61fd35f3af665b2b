import { createServer } from "node:net";
import { StartProblem } from "@/server/db/start-problem";

/** Makes sure that a port can be had before the long steps. @throws StartProblem */
export function claimPort(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", (error) => reject(whyNotListening(error, port)));
    probe.listen(port, () => probe.close(() => resolve()));
  });
}

export function whyNotListening(error: NodeJS.ErrnoException, port: number): StartProblem {
  if (error.code === "EADDRINUSE") return new StartProblem(`Port ${port} is in use. Stop what listens there, or choose another one: PORT=${port + 1} npm start`);
  if (error.code === "EACCES") return new StartProblem(`Port ${port} may not be used by this user. Choose one above 1023, for instance PORT=3000.`);
  return new StartProblem(`Port ${port} cannot be used (${error.code ?? error.message}). Choose another one with PORT.`);
}
