import { spawn } from "node:child_process";

/*
 * Runs a program that ends with its parent: `node leashed.mjs <program> [arguments]`. The parent holds the other end of
 * the standard input, which closes even if the parent is killed. Otherwise the program would go on and write into the
 * next start's files.
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
