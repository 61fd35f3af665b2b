import { formatRate } from "@/lib/format";

type ProgressBarProps = {
  /** the accessible name of the work, such as `Backfill of Errors` */
  label: string;
  done: number;
  total: number;
};

/** Shows the progress of work as a bar, from `done` of `total` items. A total of 0 counts as finished. */
export function ProgressBar({ label, done, total }: ProgressBarProps) {
  const share = total === 0 ? 1 : Math.min(1, done / total);
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.floor(share * 100)}
      aria-valuetext={formatRate(Math.floor(share * 100) / 100)}
      className="h-1.5 w-full overflow-hidden rounded-full bg-neutral-soft"
    >
      <div className="h-full rounded-full bg-running transition-[width]" style={{ width: `${share * 100}%` }} />
    </div>
  );
}
