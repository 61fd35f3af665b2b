import { formatNumber } from "@/lib/format";

/** A note in the list of triggers: the trigger matched nothing in the last hour, although it usually does. */
export function SilentTriggerNote({ usual }: { usual: number }) {
  return <span className="text-xs text-warning-text tabular-nums">silent: usually {formatNumber(usual)}/h</span>;
}
