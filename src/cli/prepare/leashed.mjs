import { spawn } from "node:child_process";

/*
 * Runs a program that ends when we do: `node leashed.mjs <program> [arguments]`. Its parent holds the other end of the standard
 * input, which also closes where the parent is killed. A program left behind would go on writing into what the next start makes.
 */
const [program, ...args] = process.argv.slice(2);
const child = spawn(program, args, { stdio: ["ignore", "inherit", "inherit"], windowsHide: true });
child.once("error", (error) => {
  console.error(error.message);
  process.exit(127);
});
child.once("exit", (code, signal) => process.exit(signal ? 1 : code));
process.stdin.resume().once("close", () => {
  child.kill("SIGKILL");
  process.exit(1);
});
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal));
