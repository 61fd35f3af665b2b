type NoticeWords = { label: string; title: string; place: "actions" | "triggers" };

/**
 * The words for each kind of notice. `label` names the kind in settings. `title` follows the name of the action or
 * trigger: `Warehouse: the endpoint fails`. `place` is the list of pages to which its page belongs. Every page shows
 * the bell, so this file imports no schema.
 */
export const noticeWords = {
  "endpoint.failing": { label: "An endpoint fails", title: "the endpoint fails", place: "actions" },
  "endpoint.disabled": {
    label: "An action was switched off",
    title: "the action was switched off",
    place: "actions",
  },
  "endpoint.recovered": {
    label: "An endpoint has recovered",
    title: "the endpoint has recovered",
    place: "actions",
  },
  "trigger.problem": { label: "A trigger has a problem", title: "the trigger has a problem", place: "triggers" },
} satisfies Record<string, NoticeWords>;
