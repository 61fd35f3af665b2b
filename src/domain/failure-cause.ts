import { findAttemptErrorFacts } from "./attempt-error";

/** Describes why an attempt failed in a few words: `Answered 500`, `Timed out`. */
export function describeFailureCause({
  code,
  responseStatus,
}: {
  code: string | null;
  responseStatus: number | null;
}): string {
  if (responseStatus !== null) return `Answered ${responseStatus}`;
  return code === "redirect" ? "Answered with a redirect" : (findAttemptErrorFacts(code)?.title ?? "Failed");
}
