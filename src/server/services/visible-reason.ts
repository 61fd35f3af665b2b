/**
 * Reasons of decisions quote the value that a condition saw, which can be part of a body. Who may not read bodies is
 * told what happened, and not what was seen.
 */
const quoting =
  /^(Cancelled: no longer matches|No longer matches|Not matched|Not matched, but its execution has already finished): .*$/s;
/** The same for PostgreSQL, whose dot matches line breaks too. */
export const QUOTING = quoting.source;

export const visibleReason = (reason: string, seesBodies: boolean): string =>
  seesBodies ? reason : reason.replace(quoting, "$1. The value seen is hidden, as you may not read bodies.");
