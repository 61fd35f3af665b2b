import { Tooltip } from "@/components/ui/tooltip";
import { useWasOpened } from "@/lib/use-was-opened";
import { useFilterBuilder } from "./filter-builder-context";

/** Shows the share of the newest stored events that a condition prevents from matching: `stops 97 %`. */
export function ConditionStoppedShare({ share }: { share: number | undefined }) {
  const { source } = useFilterBuilder();
  const hadShare = useWasOpened(share !== undefined);
  // The place stays while a keystroke is evaluated, so that the fields keep their width.
  if (share === undefined) return hadShare && <span aria-hidden className="w-18 shrink-0 @max-[35rem]:hidden" />;
  // Only exact shares of 0 and 1 show 0 % and 100 %; all other shares round to 1 to 99 %.
  const percent = share === 0 || share === 1 ? share * 100 : Math.min(99, Math.max(1, Math.round(share * 100)));
  return (
    <Tooltip content={`This condition keeps ${percent} % of the newest ${source.noun.many} from a match.`}>
      <span className="flex h-8 w-18 shrink-0 items-center justify-end text-xs text-muted tabular-nums pointer-coarse:h-10 @max-[35rem]:hidden">
        stops {percent} %
      </span>
    </Tooltip>
  );
}
