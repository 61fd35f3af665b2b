import { commandsForPath } from "./commands-for-path";
import { commandsFor, type Command } from "./registry";

/** Returns the commands of the open page, and then those of the project. */
export const allCommands = (pathname: string, of: Parameters<typeof commandsFor>[0]): Command[] => [
  ...commandsForPath(pathname),
  ...commandsFor(of),
];
