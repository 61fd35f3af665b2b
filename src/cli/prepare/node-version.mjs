// Every command imports this file first, so an old Node must be able to read it.
const needed = [20, 20, 0];
const found = process.versions.node.split(".").map(Number);
const isOlder = found[0] !== needed[0] ? found[0] < needed[0] : found[1] < needed[1];

if (isOlder) {
  console.error(
    "Node " +
      needed.slice(0, 2).join(".") +
      " or newer is needed, and this is " +
      process.versions.node +
      ". Install a newer one from https://nodejs.org.",
  );
  process.exit(1);
}
