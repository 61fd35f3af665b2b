import type { ConfigurationPlan } from "@/server/services/as-code/plan-configuration";

const signs: Record<ConfigurationPlan["actions"][number]["change"], string> = {
  create: "+",
  update: "~",
  delete: "-",
  none: " ",
  kept: "?",
};

/**
 * Describes a plan of changes in words: each change, and how many executions it would have added or removed in the last
 * 24 hours.
 */
export function describePlan(plan: ConfigurationPlan): string {
  const changes = [
    ...plan.actions.map((change) => ({ ...change, kind: "action", difference: null })),
    ...plan.triggers.map((change) => ({ ...change, kind: "trigger" })),
  ];
  const lines = changes.flatMap(({ kind, key, name, change, fields, conflict, difference }) => {
    if (change === "none") return [];
    if (change === "kept") return [`? ${kind} ${key} is not in the files. --prune deletes it.`];
    const shown = change === "update" ? fields : [];
    return [
      `${signs[change]} ${kind} ${key} "${name}"`,
      ...shown.map(({ field, before, after }) => `    ${field}: ${short(before)} → ${short(after)}`),
      ...(difference ? [`    last 24 h: ${effect(difference)}`] : []),
      ...(conflict === null ? [] : [`    ! ${conflict}`]),
    ];
  });
  if (!plan.hasChanges) return [...lines, "Nothing to change."].join("\n");
  const count = (wanted: string): number => changes.filter(({ change }) => change === wanted).length;
  const counts = `${count("create")} to create, ${count("update")} to change, ${count("delete")} to delete.`;
  return [...lines, "", `${counts} In the last 24 h: ${totals(plan.total)}.`].join("\n");
}

type Difference = NonNullable<ConfigurationPlan["triggers"][number]["difference"]>;

const effect = (difference: Difference): string =>
  difference.problem ?? `${totals(difference)} (${difference.observations} observations)`;

const totals = ({ more, fewer, sampledOut }: Pick<Difference, "more" | "fewer" | "sampledOut">): string =>
  `+${more} executions, -${fewer}${sampledOut > 0 ? `; ${sampledOut} observations would be sampled out` : ""}`;

function short(value: unknown): string {
  const text = typeof value === "string" ? value : (JSON.stringify(value) ?? "nothing");
  return text === "null" ? "(default)" : text.length <= 200 ? text : `${text.slice(0, 199)}…`;
}
