import { X } from "lucide-react";
import { IconButton } from "@/components/ui/icon-button";
import { Input } from "@/components/ui/input";
import { Select } from "@/components/ui/select";
import type { RedactionMethod, RedactionRule } from "@/domain/redaction/rules";

const finds: readonly { value: RedactionRule["find"]; label: string }[] = [
  { value: "email", label: "Email addresses" },
  { value: "card", label: "Card numbers" },
  { value: "key", label: "Keys and tokens" },
  { value: "path", label: "The value at a path" },
  { value: "expression", label: "Matches of an expression" },
];
const actions: readonly { value: RedactionMethod; label: string }[] = [
  { value: "hash", label: "Hash" },
  { value: "mask", label: "Mask" },
  { value: "drop", label: "Drop" },
];

function withFind(find: RedactionRule["find"], action: RedactionMethod): RedactionRule {
  if (find === "path") return { find, path: "", action };
  return find === "expression" ? { find, expression: "", action } : { find, action };
}

type RedactionRuleRowProps = {
  /** the position of the rule in the list, counted from 1 */
  position: number;
  rule: RedactionRule;
  problem: string | undefined;
  /** called with the changed rule, or with null to remove the rule */
  onChange: (rule: RedactionRule | null) => void;
};

/** The fields of one redaction rule: how it finds values, and what is stored in their place. */
export function RedactionRuleRow({ position, rule, problem, onChange }: RedactionRuleRowProps) {
  const name = `Rule ${position}`;
  const textLabel = rule.find === "path" ? "path" : "expression";
  const text = rule.find === "path" ? rule.path : rule.find === "expression" ? rule.expression : null;
  const setText = (value: string): void =>
    onChange(rule.find === "path" ? { ...rule, path: value } : { ...rule, find: "expression", expression: value });
  const errorId = `redaction-rule-${position}-error`;
  return (
    <li className="flex flex-col gap-1.5" aria-label={name}>
      <div className="flex flex-wrap items-center gap-2 sm:flex-nowrap">
        <Select
          aria-label={`${name}: what it finds`}
          options={finds}
          value={rule.find}
          onValueChange={(find) => onChange(withFind(find, rule.action))}
          className="sm:w-56"
        />
        {text !== null && (
          <Input
            aria-label={`${name}: ${textLabel}`}
            aria-invalid={problem !== undefined}
            aria-describedby={problem ? errorId : undefined}
            isMono
            spellCheck={false}
            autoComplete="off"
            placeholder={rule.find === "path" ? "metadata.customer.email" : "CUST-[0-9]+"}
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
        )}
        <Select
          aria-label={`${name}: what happens`}
          options={actions}
          value={rule.action}
          onValueChange={(action) => onChange({ ...rule, action })}
          className="w-28 sm:ml-auto"
        />
        <IconButton label={`Remove rule ${position}`} onClick={() => onChange(null)}>
          <X aria-hidden />
        </IconButton>
      </div>
      {problem && (
        <p id={errorId} className="text-xs text-danger">
          {problem}
        </p>
      )}
    </li>
  );
}
