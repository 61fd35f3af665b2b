"use client";

import { memo, useState } from "react";
import { ChevronDown, ChevronRight } from "lucide-react";
import { Button } from "@/components/ui/button";
import { describeFilter } from "@/domain/filter/describe-filter";
import type { FilterGroup } from "@/domain/filter/schema";
import { adviseOnConditionProblem } from "./advice";
import { AddNodeButtons } from "./add-node-buttons";
import {
  writeNodePathAttribute,
  parseNodePathAttribute,
  useFilterBuilder,
  useFilterFindings,
  type FilterFindings,
} from "./filter-builder-context";
import { ConditionRow } from "./condition-row";
import { GroupMatchSelect } from "./group-match-select";
import { getNodeKey } from "./node-key";
import { NodeFrame } from "./node-frame";
import { NodeMenu } from "./node-menu";
import { isOutcomeOfCondition } from "./condition-outcome-mark";

/** The word before each child of a group, except before the first child. */
const words: Record<FilterGroup["match"], string> = { all: "and", any: "or", none: "nor" };

/**
 * The editor of a filter group: the choice of all, any or none, the group's children, and buttons that add children.
 * Groups can contain groups.
 */
export function GroupEditor({ group, path }: { group: FilterGroup; path: readonly number[] }) {
  const { columns } = useFilterBuilder();
  const findings = useFilterFindings();
  const ownPlace = writeNodePathAttribute(path);
  const notes = [
    ...findings.problems
      .filter((problem) => writeNodePathAttribute(problem.path) === ownPlace)
      .map(({ message }) => message),
    ...(findings.contradiction && writeNodePathAttribute(findings.contradiction.path) === ownPlace
      ? [findings.contradiction.reason]
      : []),
  ];
  return (
    <div className="flex flex-col gap-1">
      {path.length === 0 && group.children.length > 1 && <GroupMatchSelect place={ownPlace} value={group.match} />}
      {group.children.map((child, index) => {
        const word = index === 0 ? "Where" : words[group.match];
        const place = writeNodePathAttribute([...path, index]);
        if (child.type === "group")
          return <NestedGroup key={getNodeKey(child)} group={child} place={place} word={word} />;
        const problem = findings.problems.find((each) => writeNodePathAttribute(each.path) === place);
        const found = findings.outcomes.get(place);
        const outcome = found && isOutcomeOfCondition(found, child) ? found : null;
        return (
          <ConditionRow
            key={getNodeKey(child)}
            condition={child}
            place={place}
            word={word}
            advice={problem ? adviseOnConditionProblem(problem, child, columns.get(child.column)) : ""}
            never={problem ? "" : contradictionAt(findings, place)}
            isStrict={findings.isStrict}
            outcome={outcome && (outcome.passed === outcome.expected ? "passes" : "fails")}
            reason={outcome?.reason ?? ""}
            stopped={findings.stoppedShare(child)}
          />
        );
      })}
      {notes.map((message) => (
        <p key={message} className="text-xs text-danger-text">
          {message}
        </p>
      ))}
      <AddNodeButtons place={ownPlace} count={group.children.length} />
    </div>
  );
}

const contradictionAt = ({ contradiction }: FilterFindings, place: string): string =>
  contradiction && writeNodePathAttribute(contradiction.path) === place ? contradiction.reason : "";

type NestedGroupProps = { group: FilterGroup; place: string; word: string };

/** The editor of a group within a group. A collapsed group shows the sentence that describes it. */
const NestedGroup = memo(function NestedGroup({ group, place, word }: NestedGroupProps) {
  const { source } = useFilterBuilder();
  const [isOpen, setIsOpen] = useState(true);
  const path = parseNodePathAttribute(place);
  return (
    <NodeFrame place={place} word={word} label={`${word} group ${(path.at(-1) ?? 0) + 1}`}>
      <div className="min-w-0 flex-1 border-l-2 border-line-strong pl-3">
        <div className="flex min-h-8 items-center gap-1">
          <Button
            size="sm"
            variant="ghost"
            aria-expanded={isOpen}
            aria-label={isOpen ? "Collapse group" : "Expand group"}
            onClick={() => setIsOpen(!isOpen)}
            className="w-6 px-0 text-muted"
          >
            {isOpen ? <ChevronDown aria-hidden /> : <ChevronRight aria-hidden />}
          </Button>
          <GroupMatchSelect place={place} value={group.match} />
          <span className="min-w-0 flex-1 truncate text-xs text-muted">{!isOpen && describeFilter(source, group)}</span>
          <NodeMenu kind="group" place={place} />
        </div>
        {isOpen && (
          <div className="pt-1">
            <GroupEditor group={group} path={path} />
          </div>
        )}
      </div>
    </NodeFrame>
  );
});
