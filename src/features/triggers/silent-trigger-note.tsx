import { formatNumber } from "@/lib/format";

/**
 * A note beside a trigger that matched nothing since the last whole hour began, although it usually does. `usual` is
 * the number of matches in a usual hour.
 */
export function SilentTriggerNote({ usual }: { usual: number }) {
  return <span className="text-xs text-warning-text tabular-nums">silent: usually {formatNumber(usual)}/h</span>;
}
