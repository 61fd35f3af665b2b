import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { expect, it, onTestFinished } from "vitest";

/** Runs the start to its end, with nothing of this shell's variables but the path. */
async function start(env: Record<string, string>): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, ["src/cli/start.mjs"], {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env } as unknown as NodeJS.ProcessEnv,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const [code] = (await once(child, "close")) as [number | null];
  return { code, output: output.trim() };
}

it("ends with a line for each wrong variable, before anything is built or made", async () => {
  expect(await start({ PORT: "4999x", LOG_LEVEL: "loud", INNGEST_EVENT_KEY: "key" })).toEqual({
    code: 1,
    output:
      'PORT must be a whole number from 1 to 65535; it is "4999x".\nLOG_LEVEL must be one of trace, ' +
      'debug, info, warn, error, fatal, silent; it is "loud".',
  });
});

it("refuses a HOST that is no address, and one that this machine does not have", async () => {
  const { code, output } = await start({ PORT: "39872", HOST: "triggers.example.com" });
  expect({ code, output }).toEqual({
    code: 1,
    output:
      "HOST must be an IP address of this machine (127.0.0.1, 0.0.0.0, ::), localhost, or a list of " +
      'these; it is "triggers.example.com".',
  });
});

it("names what a half-configured Inngest lacks", async () => {
  const { code, output } = await start({ PORT: "39871", INNGEST_EVENT_KEY: "key" });
  expect({ code, output }).toEqual({ code: 1, output: expect.stringMatching(/^INNGEST_SIGNING_KEY is missing: .+$/) });
});

it("ends with one line where the port is in use", async () => {
  const server = createServer().listen(0);
  onTestFinished(() => void server.close());
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const { code, output } = await start({ PORT: String(port) });
  expect({ code, output }).toEqual({
    code: 1,
    output:
      `Port ${port} is in use by another program (or by this one, started before). ` +
      "End that one, or set PORT to another.",
  });
});
