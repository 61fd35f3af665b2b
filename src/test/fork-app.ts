import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { forkModule, type ForkModuleOptions } from "./fork-module";

/** This process's environment without variables that lead to another engine or change what may be sent. */
const inherited = (): NodeJS.ProcessEnv =>
  Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(INNGEST|WEBHOOK)_/.test(name)),
  ) as NodeJS.ProcessEnv;

export type ForkAppOptions = Pick<ForkModuleOptions, "stdio"> & {
  connectionString: string;
  encryptionKey: string;
  /** variables to add, or to set to other values */
  env?: Record<string, string>;
  /** options of Node */
  execArgv?: string[];
};

/** Starts app-process.ts, the program without its pages. Its first message is `{ port }`, once it is ready. */
export function forkApp({ connectionString, encryptionKey, env, ...options }: ForkAppOptions): ChildProcess {
  return forkModule(new URL("./app-process.ts", import.meta.url), {
    ...options,
    env: {
      ...inherited(),
      NODE_ENV: "production",
      DATABASE_URL: connectionString,
      ENCRYPTION_KEY: encryptionKey,
      LOG_LEVEL: "fatal",
      ...env,
    },
  });
}

/** Waits until the program is ready. Resolves with its address. */
export async function urlOfApp(child: ChildProcess): Promise<string> {
  const [{ port }] = (await once(child, "message")) as [{ port: number }];
  return `http://127.0.0.1:${port}`;
}

/** Ends the process with SIGKILL, if it still runs. Resolves once it has ended. */
export async function killApp(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGKILL");
  await ended;
}
