import { resolve } from "node:path";

/** Resolves a path from the folder in which the person called npm. npm itself runs commands in the program's folder. */
export const resolveFromCallersFolder = (path: string): string => resolve(process.env.INIT_CWD ?? process.cwd(), path);

const UNITS = ["bytes", "KB", "MB", "GB", "TB"];

/** Formats a number of bytes for people: "12.3 MB". */
export function formatBytes(bytes: number): string {
  const power = Math.min(Math.floor(Math.log(Math.max(bytes, 1)) / Math.log(1_000)), UNITS.length - 1);
  return `${(bytes / 1_000 ** power).toFixed(power === 0 ? 0 : 1)} ${UNITS[power]!}`;
}
